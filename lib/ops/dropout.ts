import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { keepMask } from './shared/mask.ts';

export const dropout = defineOp({
  name: 'dropout',
  doc: 'In training sets entries to 0 with probability `rate` and scales the others up to keep the mean; otherwise the identity.',
  source: 'torch.nn.Dropout',
  attrs: { rate: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.5, description: 'Probability of a 0.' } },
  inputs: ['x'],
  shape: (_, [x]) => [x],
  build: ({ rate }) => ([x], _, context) => [context.training && rate > 0 ? tf.mul(x, keepMask(x.shape, rate, context)) : tf.clone(x)],
  traits: { rows: 'each', random: true, identityWhenStored: true },
  examples: [
    { attrs: { rate: 0.1 }, training: true, in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { rate: 0.5 }, training: false, in: [[3, 5]], out: [[3, 5]] },
  ],
});
