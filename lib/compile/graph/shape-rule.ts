import { DTYPE, type Attributes, type Bytes, type Value, type ValueType } from './graph.ts';

/** One call of a TensorFlow operation, as its shape rule sees it. */
export interface OperationCall {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
}

/** Gives the dtypes and shapes of an operation's outputs from its inputs, as TensorFlow computes them. */
export type ShapeRule = (call: OperationCall) => readonly ValueType[];

export type ShapeRules = Readonly<Record<string, ShapeRule>>;

/** The numbers of a constant input, such as axes or paddings. */
export function numbersOf(call: OperationCall, index: number): number[] {
  const { constant } = call.inputs[index];
  if (constant === undefined) throw new Error(`${call.op}: input ${index} must be a constant while a step is recorded`);
  return [...(constant as Bytes)];
}

export function intsOf(call: OperationCall, name: string): readonly number[] {
  const a = call.attributes[name];
  if (a && 'ints' in a) return a.ints;
  throw new Error(`${call.op}: no list attribute ${name}`);
}

export function intOf(call: OperationCall, name: string, otherwise?: number): number {
  const a = call.attributes[name];
  if (a && 'int' in a) return a.int;
  if (otherwise !== undefined) return otherwise;
  throw new Error(`${call.op}: no integer attribute ${name}`);
}

export function flagOf(call: OperationCall, name: string): boolean {
  const a = call.attributes[name];
  return a !== undefined && 'flag' in a && a.flag;
}

export function textOf(call: OperationCall, name: string, otherwise: string): string {
  const a = call.attributes[name];
  return a && 'text' in a ? a.text : otherwise;
}

export function typeOf(call: OperationCall, name: string): number {
  const a = call.attributes[name];
  if (a && 'type' in a) return a.type;
  throw new Error(`${call.op}: no type attribute ${name}`);
}

/** The shape that numpy's rules give for two. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw new Error(`[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return x === 1 ? y : x;
  });
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);
export const floats = (shape: readonly number[]): ValueType => ({ dtype: DTYPE.float32, shape });
/** The dtype of the first input, of another shape. */
export const shaped = ({ inputs: [{ dtype }] }: OperationCall, shape: readonly number[]): ValueType => ({ dtype, shape });
/** An axis counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
