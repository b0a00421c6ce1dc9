import type { Scalar } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOptimizer, type UpdateInput } from '../registry/optimizer.ts';
import { betaAttr, decayAttr, epsAttr, l2Description } from './attributes.ts';
import { adamScalars, adamSlots, adamStep, type AdamAttributes } from './moments.ts';
import { tidied, withL2 } from './update.ts';

/** Adam; slots: `mean` and `square`, the averages of the gradient and of its square. */
export const adam = defineOptimizer({
  name: 'adam',
  doc: 'Adam: steps scaled by running averages of the gradient and of its square.',
  source: 'torch.optim.Adam; Kingma and Ba, ICLR 2015',
  attrs: {
    'beta1': { ...betaAttr, default: 0.9, description: 'Memory of the gradient\'s average.' },
    'beta2': { ...betaAttr, default: 0.999, description: 'Memory of the squared gradient\'s average.' },
    'eps': { ...epsAttr, default: 1e-8 },
    'weight-decay': { ...decayAttr, default: 0, description: l2Description },
  },
  slots: () => adamSlots,
  scalars: adamScalars,
  update: (a) => tidied((input) => {
    const { step, slots } = adamStep(a, withL2(input.gradient, input.weight, a['weight-decay']), input);
    return { weight: tf.sub(input.weight, step), slots };
  }),
  native: (a) => (a['weight-decay'] === 0 ? { op: 'ResourceApplyAdam', slots: adamSlots, numbers: (scalars) => nativeNumbers(a, scalars), attributes: { use_locking: false, use_nesterov: false } } : undefined),
});

/**
 * What `ResourceApplyAdam` takes: powers of the betas, learning rate, betas, epsilon. With powers of zero it corrects nothing by itself;
 * epsilon it adds to the uncorrected root; and it takes 1 - beta in float32, so that its averages are off by a constant factor.
 */
function nativeNumbers({ beta1, beta2, eps }: AdamAttributes, { rate, root }: UpdateInput['scalars']): Scalar[] {
  const [mean, square] = [roundedShare(beta1), Math.sqrt(roundedShare(beta2))];
  const none = tf.scalar(0);
  return [none, none, tf.mul(tf.div(rate, root), square / mean), tf.scalar(beta1), tf.scalar(beta2), tf.div(tf.scalar(eps * square), root)];
}

/** The share of a new value in an average when it is subtracted in float32, over the share that it should have. */
const roundedShare = (beta: number): number => Math.fround(1 - Math.fround(beta)) / Math.fround(1 - beta);
