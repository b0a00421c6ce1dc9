import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { isConcrete } from '../shape/dim.ts';
import { shapeText } from '../shape/shape.ts';
import { addBias } from './kernels/bias.ts';
import { requireRank } from './shared/shapes.ts';

const numbers = { type: 'array', items: { type: 'number' }, minItems: 1 } as const;

export const normalizeChannels = defineOp({
  name: 'normalize-channels',
  doc: '(x - mean) / std with one fixed number per channel, or one for all: what an encoder expects of its pixels.',
  source: 'torchvision.transforms.Normalize',
  attrs: {
    mean: { ...numbers, description: 'One per channel, or one for all.' },
    std: { ...numbers, description: 'One per channel, or one for all; none is 0.' },
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    requireRank(x, 2);
    const c = x[x.length - 1];
    for (const list of [a.mean, a.std]) {
      if (list.length !== 1 && isConcrete(c) && c !== list.length) throw new ShapeError(`${list.length} channels, one per number`, shapeText(x));
    }
    return [x];
  },
  build: (a) => {
    const factors = (c: number): number[] => Array.from({ length: c }, (_, i) => 1 / each(a.std, i));
    const offsets = (c: number): number[] => Array.from({ length: c }, (_, i) => -each(a.mean, i) / each(a.std, i));
    return ([x]) => {
      const c = x.shape[x.rank - 1];
      return [addBias(tf.mul(x, tf.tensor1d(factors(c))), tf.tensor1d(offsets(c)))];
    };
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }, in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]], values: ['unit'] },
    { attrs: { mean: [0.5], std: [0.5] }, in: [[2, 3, 4, 2]], out: [[2, 3, 4, 2]], values: ['unit'] },
  ],
});

const each = (list: readonly number[], i: number): number => list[list.length === 1 ? 0 : i];
