import { tf } from '../engine/tf.ts';
import { defineOptimizer, type UpdateOutput } from '../registry/optimizer.ts';
import { decayAttr, l2Description } from './attributes.ts';
import { tidied, withL2 } from './update.ts';

/** Stochastic gradient descent; slots: `momentum` where momentum is used. */
export const sgd = defineOptimizer({
  name: 'sgd',
  doc: 'Stochastic gradient descent, with momentum or Nesterov momentum if asked for.',
  source: 'torch.optim.SGD without dampening; Sutskever et al., ICML 2013',
  attrs: {
    'momentum': { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0, description: 'Share of the last step that goes on; 0 keeps no state.' },
    'nesterov': { type: 'boolean', default: false, description: 'Look ahead along the momentum; needs a momentum above 0.' },
    'weight-decay': { ...decayAttr, default: 0, description: l2Description },
  },
  slots: (a) => (a.momentum > 0 ? ['momentum'] : []),
  scalars: (a, _step, lr) => {
    if (a.nesterov && a.momentum === 0) throw new RangeError('nesterov needs a momentum above 0, received 0');
    return { lr };
  },
  update: (a) => tidied(({ weight, gradient, slots, scalars }): UpdateOutput => {
    const g = withL2(gradient, weight, a['weight-decay']);
    if (a.momentum === 0) return { weight: tf.sub(weight, tf.mul(g, scalars.lr)), slots: {} };
    const momentum = tf.add(tf.mul(slots.momentum, a.momentum), g);
    const step = a.nesterov ? tf.add(g, tf.mul(momentum, a.momentum)) : momentum;
    return { weight: tf.sub(weight, tf.mul(step, scalars.lr)), slots: { momentum } };
  }),
});
