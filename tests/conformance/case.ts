import { evaluate } from '../../lib/expression/evaluate.ts';
import { parseExpression } from '../../lib/expression/parse.ts';
import { stream, type Stream } from '../../lib/random/stream.ts';
import { withDefaults } from '../../lib/registry/attributes.ts';
import { portsOf, type Op, type OpExample, type Port } from '../../lib/registry/op.ts';
import { symbol, symbolsOf, type Dim } from '../../lib/shape/dim.ts';
import { concreteShape, substituteShape, type Shape } from '../../lib/shape/shape.ts';

/** Numbers with a shape, outside any engine. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
}

/** One example of one op at known sizes, with every input and weight drawn. */
export interface OpCase {
  readonly op: Op;
  readonly title: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
  readonly statistics: 'batch' | 'stored';
  readonly training: boolean;
  readonly inputs: readonly (Numbers | null)[];
  readonly weights: Readonly<Record<string, Numbers>>;
  /** Weights that an optimiser moves. */
  readonly trainable: readonly string[];
  /** Sizes drawn for the symbols. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** The sizes that the committed fixtures use: a batch of two (see tests/parity/ops/generate.py) and an odd side. */
export const FIXTURE_SIZES: Readonly<Record<string, number>> = { N: 2, H: 6, W: 5, C: 4, T: 3, D: 6 };

export function sizeOfSymbol(name: string, sizes: Readonly<Record<string, number>>): number {
  return sizes[name] ?? 4;
}

/** An example's shapes with symbols as dimensions; a text may be arithmetic, such as `2 * H`. */
export function symbolicShape(shape: readonly (number | string)[]): Shape {
  return shape.map((d) => (typeof d === 'number' ? d : (evaluate(parseExpression(d), { lookup: symbol, known: () => [] }) as Dim)));
}

export function exampleInputs(example: OpExample): (Shape | null)[] {
  return example.in.map((s) => (s === null ? null : symbolicShape(s)));
}

export function bindShape(shape: Shape, sizes: Readonly<Record<string, number>>, names: Iterable<string>): number[] {
  return concreteShape(substituteShape(shape, new Map([...names].map((name) => [name, sizeOfSymbol(name, sizes)]))));
}

export function attributesOf(op: Op, example: OpExample): Record<string, unknown> {
  return withDefaults(op.attrs, example.attrs ?? {});
}

/** Draws the numbers of one example; equal arguments give equal numbers. `shapes` are the inputs' sizes. */
export function drawCase(op: Op, index: number, shapes: readonly (readonly number[] | null)[], sizes: Readonly<Record<string, number>>): OpCase {
  const example = op.examples[index];
  const attrs = attributesOf(op, example);
  const random = stream(20240229, 'conformance', op.name, index);
  const inputs = shapes.map((shape, i) => (shape === null ? null : drawInput(random.at('input', i), shape, example, portOf(op, i), i)));
  // A rule sees what the compiler gives it: an optional input left out has no shape.
  const specs = op.weights?.(attrs, shapes as unknown as Shape[]) ?? {};
  const weights: Record<string, Numbers> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const positive = name === 'variance';
    weights[name] = fill(concreteShape(spec.shape), random.at('weight', name), (r) => (positive ? 0.5 + r.uniform() : 0.5 * r.normal()));
  }
  return {
    op, title: `${op.name} #${index}`, attrs, inputs, weights, sizes,
    names: example.names ?? [],
    statistics: example.statistics ?? 'batch',
    training: example.training ?? false,
    trainable: Object.entries(specs).filter(([, s]) => s.trainable !== false && s.statistic === undefined).map(([name]) => name),
  };
}

/** The example at the sizes of the fixtures. */
export function fixtureCase(op: Op, index: number): OpCase {
  const shapes = exampleInputs(op.examples[index]);
  const names = new Set(shapes.flatMap((s) => (s === null ? [] : s.flatMap((d) => [...symbolsOf(d)]))));
  return drawCase(op, index, shapes.map((s) => (s === null ? null : bindShape(s, FIXTURE_SIZES, names))), FIXTURE_SIZES);
}

/** The port of the i-th tensor: all beyond the last belong to it, when it takes a list. */
function portOf(op: Op, i: number): Port | undefined {
  const ports = portsOf(op);
  return ports[Math.min(i, ports.length - 1)];
}

function drawInput(random: Stream, shape: readonly number[], example: OpExample, port: Port | undefined, i: number): Numbers {
  const kind = example.values?.[Math.min(i, example.values.length - 1)] ?? (port?.dtype === 'int32' ? { below: 3 } : 'normal');
  if (typeof kind === 'object') return { shape, dtype: 'int32', data: Int32Array.from({ length: sizeOf(shape) }, () => random.integer(kind.below)) };
  const draw = { normal: (r: Stream) => r.normal(), positive: (r: Stream) => 0.1 + 1.9 * r.uniform(), unit: (r: Stream) => r.uniform() }[kind];
  return fill(shape, random, draw);
}

export function fill(shape: readonly number[], random: Stream, draw: (r: Stream) => number): Numbers {
  return { shape, dtype: 'float32', data: Float32Array.from({ length: sizeOf(shape) }, () => draw(random)) };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);
