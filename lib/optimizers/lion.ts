import { tf } from '../engine/tf.ts';
import { defineOptimizer } from '../registry/optimizer.ts';
import { betaAttr, decayAttr, decoupledDescription } from './attributes.ts';
import { average, tidied } from './update.ts';

/** Lion; slots: `mean`, the average of the gradient. */
export const lion = defineOptimizer({
  name: 'lion',
  doc: 'Lion: steps of equal size in the sign of an average between gradient and momentum. Wants a third to a tenth of AdamW\'s learning rate.',
  source: 'Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, Algorithm 2',
  attrs: {
    'beta1': { ...betaAttr, default: 0.9, description: 'Share of the average in the step\'s direction.' },
    'beta2': { ...betaAttr, default: 0.99, description: 'Memory of the gradient\'s average.' },
    'weight-decay': { ...decayAttr, default: 0, description: decoupledDescription },
  },
  slots: () => ['mean'],
  scalars: (a, _step, lr) => ({ lr, keep: 1 - lr * a['weight-decay'] }),
  update: (a) => tidied(({ weight, gradient, slots, scalars }) => {
    const direction = tf.sign(average(slots.mean, gradient, a.beta1));
    return {
      weight: tf.sub(tf.mul(weight, scalars.keep), tf.mul(direction, scalars.lr)),
      slots: { mean: average(slots.mean, gradient, a.beta2) },
    };
  }),
});
