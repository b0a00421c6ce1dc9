import { tf } from '../engine/tf.ts';
import { defineOptimizer } from '../registry/optimizer.ts';
import { betaAttr, decayAttr, decoupledDescription, epsAttr } from './attributes.ts';
import { adamScalars, adamSlots, adamStep, nativeAdam } from './moments.ts';
import { tidied } from './update.ts';

/** AdamW; slots: `mean` and `square`, the averages of the gradient and of its square. */
export const adamw = defineOptimizer({
  name: 'adamw',
  doc: 'Adam with decoupled weight decay.',
  source: 'torch.optim.AdamW; Loshchilov and Hutter, ICLR 2019',
  attrs: {
    'beta1': { ...betaAttr, default: 0.9, description: 'Memory of the gradient\'s average.' },
    'beta2': { ...betaAttr, default: 0.999, description: 'Memory of the squared gradient\'s average.' },
    'eps': { ...epsAttr, default: 1e-8 },
    'weight-decay': { ...decayAttr, default: 0.01, description: decoupledDescription },
  },
  slots: () => adamSlots,
  scalars: (a, step, lr) => ({ ...adamScalars(a, step, lr), keep: 1 - lr * a['weight-decay'] }),
  update: (a) => tidied((input) => {
    const { step, slots } = adamStep(a, input.gradient, input);
    return { weight: tf.sub(tf.mul(input.weight, input.scalars.keep), step), slots };
  }),
  native: (a) => ({ ...nativeAdam(a), ...(a['weight-decay'] === 0 ? {} : { before: (weight, { keep }) => tf.mul(weight, keep) }) }),
});
