import { defineOp } from '../registry/op.ts';
import { addBias } from './kernels/bias.ts';
import { asInit, initAttribute } from './shared/init.ts';
import { requireRank } from './shared/shapes.ts';

export const bias = defineOp({
  name: 'bias',
  doc: 'Adds a learned number to every channel (the last axis).',
  attrs: { init: initAttribute('zeros', 'the bias') },
  inputs: ['x'],
  shape: (_a, [x]) => {
    requireRank(x, 2);
    return [x];
  },
  weights: (a, [x]) => ({ bias: { shape: [x[x.length - 1]], init: asInit(a.init) } }),
  build: () => ([x], weights) => [addBias(x, weights.bias)],
  traits: { rows: 'each' },
  examples: [{ in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] }, { in: [[2, 5]], out: [[2, 5]] }],
});
