import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { evaluate, isDim, type Value } from '../expression/evaluate.ts';
import { ExpressionError, parseExpression } from '../expression/parse.ts';
import { symbol, type Dim } from '../shape/dim.ts';
import { compareDims, shapeText, type DType, type Shape } from '../shape/shape.ts';
import { child, toData, type Tree } from '../source/tree.ts';
import type { Builder } from './builder.ts';
import type { TensorValue } from './values.ts';

/** A declared input: `[N, H, W, C]`, `{ shape, dtype, optional }`, `{ list: [N, ...], length: 8 }` or `{ list: [N, ...], shapes: [[N, 4, 4, 64], …] }`. */
export interface InputDeclaration {
  readonly name: string;
  readonly dims: readonly Tree[];
  /** `...` at the end: any further axes. */
  readonly open: boolean;
  readonly list: boolean;
  readonly length?: number;
  /** The items one by one, where their shapes are known. */
  readonly items?: readonly InputDeclaration[];
  readonly dtype: DType | 'any';
  readonly optional: boolean;
  readonly span: Span;
}

export function readInputs(inputs: Tree | undefined): InputDeclaration[] {
  if (inputs?.kind !== 'map') return [];
  return [...inputs.entries].map(([name, { value }]) => {
    const shape = value.kind === 'list' ? value : (child(value, 'shape') ?? child(value, 'list'));
    const dims = shape?.kind === 'list' ? shape.items : [];
    const open = dims.at(-1)?.kind === 'scalar' && toData(dims.at(-1) as Tree) === '...';
    const dtype = child(value, 'dtype');
    const own: InputDeclaration = {
      name, dims: open ? dims.slice(0, -1) : dims, open, list: child(value, 'list') !== undefined,
      dtype: (dtype ? toData(dtype) : 'float32') as DType, optional: child(value, 'optional') !== undefined && toData(child(value, 'optional') as Tree) === true,
      span: value.span,
    };
    return own.list ? { ...own, ...listLength(own, value) } : own;
  });
}

/** The length of a declared list, and its items where `shapes` says what each is. */
function listLength(own: InputDeclaration, value: Tree): Partial<InputDeclaration> {
  const shapes = child(value, 'shapes');
  const length = child(value, 'length');
  if (shapes?.kind !== 'list') return length ? { length: Number(toData(length)) } : {};
  const items = shapes.items.map((shape): InputDeclaration => ({ ...own, dims: shape.kind === 'list' ? shape.items : [], open: false, list: false, span: shape.span }));
  return { length: items.length, items };
}

const SYMBOL = /^[A-Za-z]\w*$/;

/** The bare letters a declaration introduces. */
export function declaredSymbols(declarations: readonly InputDeclaration[]): Set<string> {
  const names = declarations.flatMap((d) => [d, ...(d.items ?? [])]).flatMap((d) => d.dims.map(toData)).filter((d): d is string => typeof d === 'string' && SYMBOL.test(d));
  return new Set(names);
}

/** A graph's own letters at the top: symbols, or the sizes a caller fixed. */
export function topShape(declaration: InputDeclaration, dims: ReadonlyMap<string, Dim>, suffix = ''): Shape {
  const own = declaration.dims.map((tree) => dimValue(tree, (name) => dims.get(name) ?? symbol(name)));
  // An open shape is looked at as if it were an image.
  return declaration.open ? [...own, ...['H', 'W', 'C'].slice(Math.max(0, own.length - 1)).map((n) => symbol(`${n}${suffix}`))] : own;
}

/** Binds letters from the received shapes, then compares what is left; a mismatch names the input, expected and received. */
export function bindShapes(pairs: readonly { readonly declaration: InputDeclaration; readonly value: TensorValue; readonly span: Span }[], what: string, builder: Builder, path: string): Map<string, Dim> {
  const dims = new Map<string, Dim>();
  for (const { declaration, value, span } of pairs) {
    const { length } = declaration.dims;
    if (declaration.open ? value.shape.length < length : value.shape.length !== length) throw mismatch(declaration, value, what, span);
    if (!declaration.list) declaration.dims.forEach((tree, i) => bindLetter(tree, value.shape[i], dims));
  }
  for (const { declaration, value, span } of pairs) {
    declaration.dims.forEach((tree, i) => {
      const expected = dimValue(tree, (name) => dims.get(name) ?? (declaration.list ? value.shape[i] : undefined));
      const agreement = compareDims(expected, value.shape[i]);
      if (agreement === 'different') throw mismatch(declaration, value, what, span);
      if (agreement === 'assumed') builder.assume(expected, value.shape[i], path, span);
    });
  }
  return dims;
}

function bindLetter(tree: Tree, actual: Dim, dims: Map<string, Dim>): void {
  const text = toData(tree);
  if (typeof text === 'string' && SYMBOL.test(text) && !dims.has(text)) dims.set(text, actual);
}

function mismatch(declaration: InputDeclaration, value: TensorValue, what: string, span: Span): Error {
  const expected = `[${[...declaration.dims.map((d) => String(toData(d))), ...(declaration.open ? ['...'] : [])].join(', ')}]`;
  return failure('infer/shape', `input "${declaration.name}" of ${what}: expected ${expected}, received ${shapeText(value.shape)}`, span);
}

/** A dimension written in a declaration: a number, a letter, or arithmetic over letters (`2*H`). */
function dimValue(tree: Tree, lookup: (name: string) => Dim | undefined): Dim {
  const data = toData(tree);
  if (typeof data === 'number') return data;
  if (typeof data !== 'string') throw failure('normalize/dimension', `expected a size such as 3, H or 2*H, received ${JSON.stringify(data)}`, tree.span);
  try {
    const value = evaluate(parseExpression(data), { lookup: lookup as (name: string) => Value | undefined, known: () => [] });
    if (isDim(value)) return value;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw failure('normalize/dimension', `the size "${data}": ${error.message}`, tree.span, 'a letter must stand alone in some input to have a value');
  }
  throw failure('normalize/dimension', `"${data}" is no size`, tree.span);
}
