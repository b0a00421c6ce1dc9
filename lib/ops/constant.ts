import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { isConcrete, type Dim } from '../shape/dim.ts';
import { shapeText, sizeOf } from '../shape/shape.ts';
import { boundDim } from './shared/dims.ts';

interface Attributes {
  readonly value: number | readonly number[];
  readonly shape?: readonly Dim[];
}

export const constant = defineOp({
  name: 'constant',
  doc: 'Fixed numbers: one number (a scalar, or a whole shape filled with it), or a list in row-major order.',
  source: 'torch.tensor, torch.full',
  attrs: {
    value: { oneOf: [{ type: 'number' }, { type: 'array', items: { type: 'number' }, minItems: 1 }], description: 'The number or numbers.' },
    shape: { type: 'array', items: { type: 'integer', minimum: 1, symbolic: true }, optional: true, description: 'The shape; scalar, or as long as the list, where left out.' },
  },
  inputs: [],
  shape: (a) => [shapeOf(a)],
  dtypes: () => ['float32'],
  build: (a) => {
    const shape = shapeOf(a).map((d) => boundDim(d, 'a size of `shape`'));
    return () => [typeof a.value === 'number' ? tf.fill(shape, a.value) : tf.tensor([...a.value], shape, 'float32')];
  },
  traits: { nondifferentiable: true },
  examples: [
    { attrs: { value: 0.5 }, in: [], out: [[]] },
    { attrs: { value: [0.4815, 0.4578, 0.4082] }, in: [], out: [[3]] },
    { attrs: { value: [1, 2, 3, 4, 5, 6], shape: [2, 3] }, in: [], out: [[2, 3]] },
    { attrs: { value: -1, shape: [2, 1, 3] }, in: [], out: [[2, 1, 3]] },
  ],
});

function shapeOf({ value, shape }: Attributes): readonly Dim[] {
  if (typeof value === 'number') return shape ?? [];
  const size = shape === undefined ? value.length : sizeOf(shape);
  if (isConcrete(size) && size !== value.length) throw new ShapeError(`${size} numbers for ${shapeText(shape ?? [])}`, `${value.length}`);
  return shape ?? [value.length];
}
