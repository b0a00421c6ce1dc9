import { axisOf, broadcast, flagOf, intOf, numbersOf, shaped, sizeOf, typeOf, type OperationCall, type ShapeRule, type ShapeRules } from './shape-rule.ts';
import { DTYPE } from './graph.ts';

const reduction: ShapeRule = (call) => {
  const { shape } = call.inputs[0];
  const axes = new Set(numbersOf(call, 1).map((axis) => axisOf(axis, shape.length)));
  const kept = flagOf(call, 'keep_dims') ? shape.map((n, i) => (axes.has(i) ? 1 : n)) : shape.filter((_, i) => !axes.has(i));
  return [shaped(call, kept)];
};

const position: ShapeRule = (call) => {
  const { shape } = call.inputs[0];
  const axis = axisOf(numbersOf(call, 1)[0], shape.length);
  return [{ dtype: DTYPE.int32, shape: shape.filter((_, i) => i !== axis) }];
};

const padding: ShapeRule = (call) => {
  const pads = numbersOf(call, 1);
  return [shaped(call, call.inputs[0].shape.map((n, i) => n + pads[2 * i] + pads[2 * i + 1]))];
};

/** Operations that move, join, cut and reduce. */
export const arrayShapes: ShapeRules = {
  Sum: reduction, Mean: reduction, Prod: reduction, Max: reduction, Min: reduction, All: reduction, Any: reduction,
  ArgMax: position, ArgMin: position,
  PadV2: padding, Pad: padding, MirrorPad: padding,
  MirrorPadGrad: (call) => {
    const pads = numbersOf(call, 1);
    return [shaped(call, call.inputs[0].shape.map((n, i) => n - pads[2 * i] - pads[2 * i + 1]))];
  },
  Reshape: (call) => [shaped(call, reshaped(call.inputs[0].shape, numbersOf(call, 1)))],
  ExpandDims: (call) => {
    const { shape } = call.inputs[0];
    const axis = axisOf(numbersOf(call, 1)[0], shape.length + 1);
    return [shaped(call, [...shape.slice(0, axis), 1, ...shape.slice(axis)])];
  },
  Transpose: (call) => [shaped(call, numbersOf(call, 1).map((axis) => call.inputs[0].shape[axis]))],
  BroadcastTo: (call) => [shaped(call, numbersOf(call, 1))],
  Tile: (call) => {
    const times = numbersOf(call, 1);
    return [shaped(call, call.inputs[0].shape.map((n, i) => n * times[i]))];
  },
  Fill: (call) => [{ dtype: typeOf(call, 'T'), shape: numbersOf(call, 0) }],
  Slice: (call) => {
    const [begin, size] = [numbersOf(call, 1), numbersOf(call, 2)];
    return [shaped(call, size.map((n, i) => (n === -1 ? call.inputs[0].shape[i] - begin[i] : n)))];
  },
  StridedSlice: (call) => [shaped(call, strided(call))],
  ConcatV2: (call) => {
    const parts = call.inputs.slice(0, -1);
    const axis = axisOf(numbersOf(call, parts.length)[0], parts[0].shape.length);
    const total = parts.reduce((n, p) => n + p.shape[axis], 0);
    return [shaped(call, parts[0].shape.map((n, i) => (i === axis ? total : n)))];
  },
  SplitV: (call) => {
    const { shape } = call.inputs[0];
    const axis = axisOf(numbersOf(call, 2)[0], shape.length);
    return numbersOf(call, 1).map((size) => shaped(call, shape.map((n, i) => (i === axis ? size : n))));
  },
  Pack: (call) => {
    const { shape } = call.inputs[0];
    const axis = axisOf(intOf(call, 'axis', 0), shape.length + 1);
    return [shaped(call, [...shape.slice(0, axis), call.inputs.length, ...shape.slice(axis)])];
  },
  Unpack: (call) => {
    const { shape } = call.inputs[0];
    const axis = axisOf(intOf(call, 'axis', 0), shape.length);
    return Array.from({ length: intOf(call, 'num') }, () => shaped(call, shape.filter((_, i) => i !== axis)));
  },
  GatherV2: (call) => {
    const [x, ids] = call.inputs;
    const axis = axisOf(numbersOf(call, 2)[0], x.shape.length);
    const shared = intOf(call, 'batch_dims', 0);
    return [shaped(call, [...x.shape.slice(0, axis), ...ids.shape.slice(shared), ...x.shape.slice(axis + 1)])];
  },
  UnsortedSegmentSum: (call) => {
    const [x, ids] = call.inputs;
    return [shaped(call, [numbersOf(call, 2)[0], ...x.shape.slice(ids.shape.length)])];
  },
  OneHot: (call) => [{ dtype: typeOf(call, 'T'), shape: [...call.inputs[0].shape, numbersOf(call, 1)[0]] }],
  TopKV2: (call) => {
    const shape = [...call.inputs[0].shape.slice(0, -1), numbersOf(call, 1)[0]];
    return [shaped(call, shape), { dtype: DTYPE.int32, shape }];
  },
  BatchMatMulV2: (call) => {
    const [a, b] = call.inputs.map((t) => t.shape);
    const rows = flagOf(call, 'adj_x') ? a.at(-1) : a.at(-2);
    const columns = flagOf(call, 'adj_y') ? b.at(-2) : b.at(-1);
    return [shaped(call, [...broadcast(a.slice(0, -2), b.slice(0, -2)), rows as number, columns as number])];
  },
  MatMul: (call) => {
    const [a, b] = call.inputs.map((t) => t.shape);
    return [shaped(call, [flagOf(call, 'transpose_a') ? a[1] : a[0], flagOf(call, 'transpose_b') ? b[0] : b[1]])];
  },
  SpaceToBatchND: (call) => [shaped(call, blocks(call, (n, block, [before, after]) => (n + before + after) / block, (n, all) => n * all))],
  BatchToSpaceND: (call) => [shaped(call, blocks(call, (n, block, [before, after]) => n * block - before - after, (n, all) => n / all))],
};

function reshaped(from: readonly number[], to: readonly number[]): number[] {
  const known = to.filter((n) => n !== -1).reduce((n, d) => n * d, 1);
  return to.map((n) => (n === -1 ? sizeOf(from) / known : n));
}

function blocks(call: OperationCall, side: (n: number, block: number, pads: readonly [number, number]) => number, batch: (n: number, all: number) => number): number[] {
  const [sizes, pads] = [numbersOf(call, 1), numbersOf(call, 2)];
  const [n, ...rest] = call.inputs[0].shape;
  return [batch(n, sizes.reduce((a, b) => a * b, 1)), ...rest.map((d, i) => (i < sizes.length ? side(d, sizes[i], [pads[2 * i], pads[2 * i + 1]]) : d))];
}

/** Without new axes and ellipses, which nothing here uses. */
function strided(call: OperationCall): number[] {
  const [begin, end, strides] = [1, 2, 3].map((i) => numbersOf(call, i));
  const bit = (name: string, i: number): boolean => ((intOf(call, name, 0) >> i) & 1) === 1;
  if (intOf(call, 'ellipsis_mask', 0) !== 0 || intOf(call, 'new_axis_mask', 0) !== 0) throw new Error('StridedSlice with new axes or an ellipsis is not recorded');
  return call.inputs[0].shape.flatMap((n, i) => {
    if (i >= begin.length) return [n];
    if (bit('shrink_axis_mask', i)) return [];
    const step = strides[i];
    const clamp = (v: number): number => Math.min(Math.max(v < 0 ? v + n : v, step > 0 ? 0 : -1), step > 0 ? n : n - 1);
    const from = bit('begin_mask', i) ? (step > 0 ? 0 : n - 1) : clamp(begin[i]);
    const to = bit('end_mask', i) ? (step > 0 ? n : -1) : clamp(end[i]);
    return [Math.max(0, Math.ceil((to - from) / step))];
  });
}
