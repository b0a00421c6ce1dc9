import { tf } from '../engine/tf.ts';
import { defineOptimizer } from '../registry/optimizer.ts';
import { betaAttr, decayAttr, epsAttr, l2Description } from './attributes.ts';
import { adamScalars, adamSlots, adamStep, nativeAdam } from './moments.ts';
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
  native: (a) => (a['weight-decay'] === 0 ? nativeAdam(a) : undefined),
});
