import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { keepMask } from './shared/mask.ts';
import { requireRank } from './shared/shapes.ts';

export const dropPath = defineOp({
  name: 'drop-path',
  doc: 'In training sets whole samples of a residual branch to 0 with probability `rate` and scales the others up; otherwise the identity.',
  source: 'Huang et al., "Deep networks with stochastic depth"; timm DropPath',
  attrs: { rate: { type: 'number', minimum: 0, exclusiveMaximum: 1, description: 'Probability that a sample skips the branch.' } },
  inputs: ['x'],
  shape: (_, [x]) => {
    requireRank(x, 1);
    return [x];
  },
  build: ({ rate }) => ([x], _, context) => {
    if (!context.training || rate === 0) return [tf.clone(x)];
    return [tf.mul(x, keepMask(x.shape.map((d, i) => (i === 0 ? d : 1)), rate, context))];
  },
  traits: { rows: 'each', random: true, identityWhenStored: true },
  examples: [
    { attrs: { rate: 0.2 }, training: true, in: [['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']] },
    { attrs: { rate: 0.5 }, training: true, in: [[6, 3]], out: [[6, 3]] },
    { attrs: { rate: 0.5 }, training: false, in: [[6, 3]], out: [[6, 3]] },
  ],
});
