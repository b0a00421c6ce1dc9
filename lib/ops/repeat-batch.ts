import { defineOp } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { repeatAxis } from './kernels/repeat.ts';
import { boundDim } from './shared/dims.ts';
import { rowsOfRepeat } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';

export const repeatBatch = defineOp({
  name: 'repeat-batch',
  doc: 'Repeats the batch: the whole of it end to end, or with `each` every sample before the next.',
  source: 'torch.Tensor.repeat, torch.repeat_interleave',
  attrs: {
    times: { type: 'integer', minimum: 1, symbolic: true, description: 'How often.' },
    each: { type: 'boolean', default: false, description: 'Copies of a sample lie side by side.' },
  },
  inputs: ['x'],
  shape: ({ times }, [x]) => {
    requireRank(x, 1);
    return [[multiplyDims(x[0], times), ...x.slice(1)]];
  },
  build: ({ times, each }) => ([x]) => [repeatAxis(x, 0, boundDim(times, '`times`'), each)],
  traits: { rows: rowsOfRepeat },
  examples: [
    { attrs: { times: 2 }, in: [['N', 'H', 'W', 3]], out: [['2*N', 'H', 'W', 3]] },
    { attrs: { times: 3, each: true }, in: [[2, 5]], out: [[6, 5]] },
  ],
});
