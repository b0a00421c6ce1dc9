import assert from 'node:assert/strict';
import { stream } from '../../lib/random/stream.ts';
import { ShapeError, type Op, type OpExample } from '../../lib/registry/op.ts';
import { isConcrete, symbol, symbolsOf, type Dim } from '../../lib/shape/dim.ts';
import { compareShapes, shapeText, type Shape } from '../../lib/shape/shape.ts';
import { attributesOf, bindShape, exampleInputs, symbolicShape } from './case.ts';

export const SIZES_TRIED = 20;

/** Inferred shapes of an example, symbols and all. */
export function inferred(op: Op, example: OpExample, inputs: readonly (Shape | null)[] = exampleInputs(example)): readonly Shape[] {
  return op.shape(attributesOf(op, example), inputs as Shape[], example.names ?? []);
}

/** The declared `out` is what the shape rule gives. */
export function checkDeclared(op: Op, example: OpExample): void {
  const got = inferred(op, example);
  assert.equal(got.length, example.out.length, 'number of outputs');
  example.out.forEach((shape, k) => {
    const expected = symbolicShape(shape);
    assert.notEqual(compareShapes(got[k], expected), 'different', `output ${k}: declared ${shapeText(expected)}, inferred ${shapeText(got[k])}`);
  });
}

export interface Sized {
  readonly inputs: readonly (number[] | null)[];
  readonly outputs: readonly (readonly number[])[];
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * The example at random sizes: batch, height and width become symbols wherever all inputs share them, and inference over symbols, evaluated
 * afterwards, must agree with inference over numbers. Sizes that the shape rule refuses are not returned.
 */
export function atRandomSizes(op: Op, example: OpExample, index: number): Sized[] {
  const symbolic = generalised(op, example);
  const names = new Set(symbolic.flatMap((s) => (s === null ? [] : s.flatMap((d) => [...symbolsOf(d)]))));
  if (names.size === 0) return [];
  const random = stream(3, 'sizes', op.name, index);
  const out: Sized[] = [];
  for (let i = 0; i < SIZES_TRIED; i++) {
    const sizes = Object.fromEntries([...names].map((name) => [name, name === 'N' ? 1 + (i % 3) : 1 + random.integer(name === 'C' ? 8 : 13)]));
    const sized = evaluated(op, example, symbolic, sizes, names);
    if (sized !== undefined) out.push(sized);
  }
  return out;
}

function evaluated(op: Op, example: OpExample, symbolic: readonly (Shape | null)[], sizes: Sized['sizes'], names: Set<string>): Sized | undefined {
  const inputs = symbolic.map((s) => (s === null ? null : bindShape(s, sizes, names)));
  let numeric: readonly Shape[];
  try {
    numeric = inferred(op, example, inputs);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
  const late = inferred(op, example, symbolic).map((s) => bindShape(s, sizes, names));
  assert.deepEqual(late, numeric, `symbolic inference at ${JSON.stringify(sizes)} of ${symbolic.map((s) => s && shapeText(s)).join(', ')}`);
  return { inputs, outputs: late, sizes };
}

/** Symbols for the sizes that the example's inputs share, when the rule takes them. */
function generalised(op: Op, example: OpExample): readonly (Shape | null)[] {
  const inputs = exampleInputs(example);
  const first = inputs.find((s) => s !== null && s.length > 1);
  if (first === undefined || first === null) return inputs;
  const candidates = [['N', 'H', 'W'], ['N'], ['H', 'W']].map((names) => inputs.map((s) => (s === null ? null : withSymbols(s, first, names))));
  return candidates.find((candidate) => accepts(op, example, candidate)) ?? inputs;
}

function accepts(op: Op, example: OpExample, inputs: readonly (Shape | null)[]): boolean {
  try {
    const outputs = inferred(op, example, inputs);
    return outputs.every((s) => s.every((d) => isConcrete(d) || symbolsOf(d).size > 0));
  } catch (error) {
    if (error instanceof ShapeError || error instanceof RangeError) return false;
    throw error;
  }
}

function withSymbols(shape: Shape, like: Shape, names: readonly string[]): Shape {
  const axes = shape.length === 4 && like.length === 4 ? ['N', 'H', 'W'] : ['N'];
  return shape.map((d, i): Dim => {
    const name = axes[i];
    return name !== undefined && names.includes(name) && isConcrete(d) && d > 1 && d === like[i] ? symbol(name) : d;
  });
}
