import { defineOp } from '../registry/op.ts';
import { meanOver } from './kernels/reduce.ts';
import { imageShape } from './shared/shapes.ts';

export const globalAvgPool = defineOp({
  name: 'global-avg-pool',
  doc: 'The mean of each channel over the whole image: [N, H, W, C] to [N, C].',
  source: 'torch.mean over height and width',
  attrs: {},
  inputs: ['x'],
  shape: (_, [x]) => {
    const [n, , , c] = imageShape(x);
    return [[n, c]];
  },
  build: () => ([x]) => [meanOver(x, [1, 2])],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 'C']], out: [['N', 'C']] },
    { in: [[2, 5, 3, 4]], out: [[2, 4]] },
  ],
});
