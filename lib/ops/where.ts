import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import type { Shape } from '../shape/shape.ts';
import { spread } from './kernels/reduce.ts';
import { stopGradient } from './kernels/stop-gradient.ts';
import { commonShape } from './shared/shapes.ts';

export const where = defineOp({
  name: 'where',
  doc: 'a where the condition holds (is not 0), b elsewhere, entry by entry; what is not taken has no influence, not even as NaN.',
  source: 'torch.where',
  attrs: {},
  inputs: [{ name: 'condition', dtype: 'any' }, 'a', 'b'],
  shape: (_, shapes) => [commonShape(shapes)],
  dtypes: () => ['float32'],
  build: () => ([condition, a, b]) => {
    const shape = commonShape([condition.shape, a.shape, b.shape] as Shape[]) as number[];
    const chosen = spread(tf.cast(stopGradient(condition), 'float32'), shape);
    return [select(tf.notEqual(stopGradient(chosen), 0), spread(a, shape), spread(b, shape))];
  },
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 1], ['N', 'H', 'W', 'C'], ['N', 'H', 'W', 'C']], out: [['N', 'H', 'W', 'C']], values: [{ below: 2 }, 'normal', 'normal'] },
    { in: [[3, 5], [3, 5], [1, 1]], out: [[3, 5]], values: [{ below: 2 }, 'normal', 'normal'] },
  ],
});

const select = (condition: Tensor, a: Tensor, b: Tensor): Tensor => tf.where(condition, a, b);
