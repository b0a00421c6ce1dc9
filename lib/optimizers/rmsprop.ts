import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOptimizer, type UpdateOutput } from '../registry/optimizer.ts';
import { betaAttr, decayAttr, epsAttr, l2Description } from './attributes.ts';
import { average, tidied, withL2 } from './update.ts';

/** RMSProp; slots: `square`, with `mean` where centred and `momentum` where momentum is used. */
export const rmsprop = defineOptimizer({
  name: 'rmsprop',
  doc: 'RMSProp: steps divided by the root of a running average of the squared gradient.',
  source: 'torch.optim.RMSprop (eps outside the root); Hinton, lecture 6e of "Neural networks for machine learning"',
  attrs: {
    'alpha': { ...betaAttr, default: 0.99, description: 'Memory of the squared gradient\'s average.' },
    'eps': { ...epsAttr, default: 1e-8 },
    'momentum': { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0, description: 'Share of the last step that goes on.' },
    'centered': { type: 'boolean', default: false, description: 'Divide by the standard deviation instead of the root mean square.' },
    'weight-decay': { ...decayAttr, default: 0, description: l2Description },
  },
  slots: (a) => ['square', ...(a.centered ? ['mean'] : []), ...(a.momentum > 0 ? ['momentum'] : [])],
  scalars: (_a, _step, lr) => ({ lr }),
  update: (a) => tidied(({ weight, gradient, slots, scalars }): UpdateOutput => {
    const g = withL2(gradient, weight, a['weight-decay']);
    const square = average(slots.square, tf.square(g), a.alpha);
    const mean = a.centered ? average(slots.mean, g, a.alpha) : undefined;
    // Rounding can take the difference below 0, where the root would be NaN.
    const variance = mean ? tf.relu(tf.sub(square, tf.square(mean))) : square;
    const averages: Record<string, Tensor> = mean ? { square, mean } : { square };
    const step = tf.div(g, tf.add(tf.sqrt(variance), a.eps));
    if (a.momentum === 0) return { weight: tf.sub(weight, tf.mul(step, scalars.lr)), slots: averages };
    const momentum = tf.add(tf.mul(slots.momentum, a.momentum), step);
    return { weight: tf.sub(weight, tf.mul(momentum, scalars.lr)), slots: { ...averages, momentum } };
  }),
});
