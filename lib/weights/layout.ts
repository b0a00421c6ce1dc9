import type { Layout } from '../ir/mapping-rule.ts';
import { elementCount, type WeightArray } from './weights.ts';

const orders = { oihw: [2, 3, 1, 0], iohw: [2, 3, 1, 0], depthwise: [2, 3, 0, 1], linear: [1, 0] } as const;

/** The weight in our layout. @throws RangeError where its shape does not fit the layout, with both. */
export function toOurs(weight: WeightArray, layout: Layout | undefined): WeightArray {
  if (layout === undefined) return weight;
  if (typeof layout === 'string') return permuted(weight, orders[layout], layout);
  if ('permute' in layout) return permuted(weight, layout.permute, 'permute');
  if ('reshape' in layout) return reshaped(weight, layout.reshape);
  const [c, h, w] = layout['flattened-chw'];
  const [outputs] = weight.shape;
  const { data } = permuted(reshaped(weight, [outputs, c, h, w]), [2, 3, 1, 0], 'flattened-chw');
  return { shape: [h * w * c, outputs], data };
}

/** The inverse of `toOurs`: from our layout to the checkpoint's. */
export function fromOurs(weight: WeightArray, layout: Layout | undefined, shape: readonly number[]): WeightArray {
  if (layout === undefined) return weight;
  if (typeof layout === 'string') return permuted(weight, inverse(orders[layout]), layout);
  if ('permute' in layout) return permuted(weight, inverse(layout.permute), 'permute');
  if ('reshape' in layout) return reshaped(weight, shape);
  const [c, h, w] = layout['flattened-chw'];
  const outputs = weight.shape[1];
  return reshaped(permuted(reshaped(weight, [h, w, c, outputs]), [3, 2, 0, 1], 'flattened-chw'), [outputs, c * h * w]);
}

/** The weight with its axes in another order: axis i of the result is axis `order[i]` of the weight. */
export function permuted(weight: WeightArray, order: readonly number[], what = 'permute'): WeightArray {
  const rank = weight.shape.length;
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => !(axis in weight.shape))) {
    throw new RangeError(`${what} wants ${order.length} axes, received [${weight.shape.join(', ')}]`);
  }
  const strides = stridesOf(weight.shape);
  const shape = order.map((axis) => weight.shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const data = new Float32Array(weight.data.length);
  const index = new Array<number>(rank).fill(0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    data[to] = weight.data[from];
    for (let axis = rank - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return { shape, data };
}

function reshaped(weight: WeightArray, shape: readonly number[]): WeightArray {
  if (elementCount(shape) !== weight.data.length) {
    throw new RangeError(`[${weight.shape.join(', ')}] cannot become [${shape.join(', ')}]: ${weight.data.length} numbers, not ${elementCount(shape)}`);
  }
  return { shape, data: weight.data };
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}
