import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { addDims } from '../shape/dim.ts';
import { applyPadding, checkPadding, resolvePadding, type Padding } from './shared/padding.ts';
import { imageShape } from './shared/shapes.ts';

const sides = {
  oneOf: [
    { type: 'integer', minimum: 0 },
    { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 4, maxItems: 4, description: 'Top, bottom, left, right.' },
  ],
  optional: true,
} as const;

type Amount = number | readonly number[];

export const pad = defineOp({
  name: 'pad',
  doc: 'Adds pixels around images: zeros, the mirror image (without the border pixels), or the border pixels repeated. Exactly one of the three is given, as a number for all sides or as [top, bottom, left, right].',
  source: 'torch.nn.functional.pad',
  attrs: {
    zero: { ...sides, description: 'Pixels of zeros.' },
    reflect: { ...sides, description: 'Mirrored pixels; fewer than the image has.' },
    replicate: { ...sides, description: 'Repeated border pixels.' },
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    const [n, h, w, c] = imageShape(x);
    const padding = paddingOf(a);
    checkPadding(padding, h, w);
    const [top, bottom, left, right] = padding.sides;
    return [[n, addDims(h, top + bottom), addDims(w, left + right), c]];
  },
  build: (a) => ([x]) => {
    const padded = applyPadding(x, paddingOf(a));
    const [top, bottom, left, right] = padded.zeros;
    return [top + bottom + left + right === 0 ? tf.clone(padded.x) : tf.pad(x as Tensor4D, [[0, 0], [top, bottom], [left, right], [0, 0]])];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { reflect: 3 }, in: [['N', 8, 8, 'C']], out: [['N', 14, 14, 'C']] },
    { attrs: { zero: [0, 1, 2, 0] }, in: [['N', 'H', 'W', 'C']], out: [['N', 'H+1', 'W+2', 'C']] },
    { attrs: { reflect: [2, 1, 0, 3] }, in: [[2, 3, 5, 2]], out: [[2, 6, 8, 2]] },
    { attrs: { replicate: [2, 0, 1, 3] }, in: [[2, 3, 2, 2]], out: [[2, 5, 6, 2]] },
  ],
});

function paddingOf({ zero, reflect, replicate }: { zero?: Amount; reflect?: Amount; replicate?: Amount }): Padding {
  const given = Object.entries({ zero, reflect, replicate }).filter(([, v]) => v !== undefined);
  if (given.length !== 1) throw new ShapeError('exactly one of `zero`, `reflect`, `replicate`', given.length === 0 ? 'none' : given.map(([k]) => k).join(' and '));
  return resolvePadding(Object.fromEntries(given), [1, 1]);
}
