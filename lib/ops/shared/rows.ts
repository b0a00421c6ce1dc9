import type { RowRange, RowRule } from '../../registry/op.ts';
import { isConcrete, type Dim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { axisIndex, axisIndices, type Axis } from './axes.ts';
import { exactQuotient } from './dims.ts';

// What ops do to the rows of a batch, by their attributes. A rule gives undefined wherever it is not certain.

const given = (inputs: readonly (Shape | undefined)[]): Shape => inputs.find((s) => s !== undefined) ?? [];
const whole = (input: number, x: Shape): RowRange[] => (isConcrete(x[0]) ? [{ input, from: 0, count: x[0] }] : []);

/** Ops on the last axis: by rows unless it is the only one. */
export const rowsOfVectors: RowRule = (_a, inputs) => (given(inputs).length > 1 ? 'each' : undefined);

/** Ops along `axis`: by rows unless it is the batch. */
export const rowsAcrossAxis: RowRule = (a, inputs) => (axisIndex(a.axis as Axis, given(inputs).length) > 0 ? 'each' : undefined);

/** Ops that put a new axis before `axis`: by rows unless it comes first. */
export const rowsBesideAxis: RowRule = (a, inputs) => (axisIndex(a.axis as Axis, given(inputs).length + 1) > 0 ? 'each' : undefined);

/** Reductions: by rows where the batch is not reduced. */
export const rowsAcrossAxes: RowRule = (a, inputs) => (axisIndices(a.axes as readonly Axis[] | undefined, given(inputs).length).includes(0) ? undefined : 'each');

/** Constants: a row for each of `like`, and none where only a shape is given. */
export const rowsOfLike: RowRule = (_a, inputs) => (inputs.length > 0 && inputs[0] ? 'each' : undefined);

export const rowsOfReduce: RowRule = (a) => (a.type === 'per-sample' ? 'each' : undefined);

export const rowsOfDistance: RowRule = (a, inputs) => {
  if (a.reduce !== 'per-sample' && a.reduce !== 'none') return undefined;
  return a.flatten === true || axisIndex(a.axis as Axis, given(inputs).length) > 0 ? 'each' : undefined;
};

export const rowsOfPermute: RowRule = (a) => ((a.order as readonly number[])[0] === 0 ? 'each' : undefined);

/** With `batch-dims` each sample has positions of its own; without, all samples are read at all positions. */
export const rowsOfGather: RowRule = (a) => ((a['batch-dims'] as number) > 0 ? 'each' : undefined);

/** A batch axis of the same size stays one: the rows lie end to end before and after. */
export const rowsOfReshape: RowRule = (a, inputs) => {
  const [x, to] = [given(inputs), a.to as readonly Dim[]];
  const kept = x.length > 0 && to.length > 0 && (to[0] === x[0] || (to[0] === -1 && restOf(to) === restOf(x)));
  return kept ? { attrs: { ...a, to: [to[0] === -1 ? -1 : 1, ...to.slice(1)] } } : undefined;
};

export const rowsOfExpand: RowRule = (a, inputs) => {
  const [x, to] = [given(inputs), a.to as readonly Dim[]];
  if (x.length === 0) return undefined;
  if (to[0] === x[0]) return { attrs: { ...a, to: [1, ...to.slice(1)] } };
  const spreads = to.some((d, i) => i > 0 && d !== x[i]);
  return spreads || !isConcrete(to[0]) ? undefined : { copied: [repeated(0, x, to[0])] };
};

export const rowsOfTile: RowRule = (a, inputs) => {
  const x = given(inputs);
  if (axisIndex(a.axis as Axis, x.length) > 0) return 'each';
  return typeof a.times === 'number' ? { copied: [repeated(0, x, a.times)] } : undefined;
};

export const rowsOfRepeat: RowRule = (a, inputs) => {
  const x = given(inputs);
  return typeof a.times === 'number' && (a.each !== true || x[0] === 1) ? { copied: [repeated(0, x, a.times)] } : undefined;
};

export const rowsOfConcat: RowRule = (a, inputs) => {
  if (axisIndex(a.axis as Axis, given(inputs).length) > 0) return 'each';
  return { copied: [inputs.flatMap((x, i) => whole(i, x ?? []))] };
};

export const rowsOfSwappedHalves: RowRule = (a, inputs) => {
  const x = given(inputs);
  if (axisIndex(a.axis as Axis, x.length) > 0) return 'each';
  const half = exactQuotient(x[0], 2);
  return half !== undefined && isConcrete(half) ? { copied: [[{ input: 0, from: half, count: half }, { input: 0, from: 0, count: half }]] } : undefined;
};

export const rowsOfSlice: RowRule = (a, inputs) => {
  const x = given(inputs);
  if (axisIndex(a.axis as Axis, x.length) > 0) return 'each';
  const [size, first] = [x[0], a.from as Dim];
  if (!isConcrete(size) || !isConcrete(first)) return undefined;
  const from = first < 0 ? size + first : first;
  const count = (a.count as Dim | undefined) ?? size - from;
  return isConcrete(count) ? { copied: [[{ input: 0, from, count }]] } : undefined;
};

export const rowsOfSplit: RowRule = (a, inputs) => {
  const x = given(inputs);
  if (axisIndex(a.axis as Axis, x.length) > 0) return 'each';
  const n = (a.into as readonly string[] | undefined)?.length ?? (a.parts as number | undefined) ?? (a.sizes as readonly number[]).length;
  const sizes = (a.sizes as readonly number[] | undefined) ?? Array.from({ length: n }, () => exactQuotient(x[0], n));
  if (!sizes.every((s) => typeof s === 'number')) return undefined;
  return { copied: sizes.map((count, i) => [{ input: 0, from: sizes.slice(0, i).reduce((sum, s) => sum + s, 0), count }]) };
};

const repeated = (input: number, x: Shape, times: number): RowRange[] => Array.from({ length: times }, () => whole(input, x)).flat();

const restOf = (shape: readonly Dim[]): number => shape.slice(1).reduce<number>((product, d) => product * (isConcrete(d) ? d : NaN), 1);
