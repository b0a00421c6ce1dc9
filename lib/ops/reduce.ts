import { defineOp, ShapeError } from '../registry/op.ts';
import { allAxes, meanOver, sumOver } from './kernels/reduce.ts';
import { rowsOfReduce } from './shared/rows.ts';

export const reduce = defineOp({
  name: 'reduce',
  doc: 'Ends a loss: the mean or the sum of all entries, or with `per-sample` the mean of each sample ([N]).',
  attrs: { type: { enum: ['mean', 'sum', 'per-sample'], default: 'mean', description: 'What remains of the entries.' } },
  inputs: ['x'],
  shape: ({ type }, [x]) => {
    if (type !== 'per-sample') return [[]];
    if (x.length === 0) throw new ShapeError('a tensor with a batch axis', 'a scalar');
    return [[x[0]]];
  },
  build: ({ type }) => ([x]) => {
    if (type === 'per-sample') return [meanOver(x, allAxes(x).slice(1))];
    return [type === 'mean' ? meanOver(x, allAxes(x)) : sumOver(x, allAxes(x))];
  },
  traits: { rows: rowsOfReduce },
  examples: [
    { attrs: { type: 'mean' }, in: [['N', 'H', 'W', 'C']], out: [[]] },
    { attrs: { type: 'sum' }, in: [[3, 5, 2]], out: [[]] },
    { attrs: { type: 'per-sample' }, in: [[3, 5, 4, 2]], out: [[3]] },
  ],
});
