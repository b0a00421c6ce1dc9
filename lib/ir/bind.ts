import { failure } from '../diagnostics/failure.ts';
import { dimText, isConcrete, substitute, type Dim } from '../shape/dim.ts';
import { shapeText, substituteShape, type Shape } from '../shape/shape.ts';
import type { IrGraph } from './ir.ts';

/** The sizes of a graph's letters, read from the shapes of real inputs. @throws DiagnosticError where they do not fit. */
export function readDims(graph: IrGraph, shapes: Readonly<Record<string, readonly number[]>>): Map<string, number> {
  const dims = new Map<string, number>();
  for (const input of graph.inputs) {
    const shape = shapes[input.name];
    if (!shape) throw failure('run/input', `the input "${input.name}" is missing`, input.span);
    if (shape.length !== input.shape.length) throw wrong(input.name, input.shape, shape);
    input.shape.forEach((d, i) => {
      const letter = isConcrete(d) ? undefined : dimText(d);
      if (letter !== undefined && /^[A-Za-z]\w*$/.test(letter) && !dims.has(letter)) dims.set(letter, shape[i]);
    });
  }
  for (const input of graph.inputs) {
    const expected = substituteShape(input.shape, dims);
    if (expected.some((d, i) => d !== shapes[input.name][i])) throw wrong(input.name, expected, shapes[input.name]);
  }
  return dims;
}

/** The graph with letters replaced by sizes, in shapes, attributes and weights; what was assumed of them is checked. */
export function bindDims(graph: IrGraph, dims: ReadonlyMap<string, Dim>): IrGraph {
  for (const { left, right, path, span } of graph.assumptions) {
    const [a, b] = [substitute(left, dims), substitute(right, dims)];
    if (isConcrete(a) && isConcrete(b) && a !== b) {
      const given = [...dims].map(([name, d]) => `${name} = ${dimText(d)}`).join(', ');
      throw failure('run/size', `node "${path}" needs ${dimText(left)} = ${dimText(right)}, but with ${given} they are ${a} and ${b}`, span, 'use a size that divides by the strides');
    }
  }
  return Object.freeze({
    ...graph,
    inputs: graph.inputs.map((i) => ({ ...i, shape: substituteShape(i.shape, dims) })),
    weights: graph.weights.map((w) => ({ ...w, shape: substituteShape(w.shape, dims) })),
    nodes: graph.nodes.map((n) => Object.freeze({
      ...n, attrs: Object.freeze(bindValue(n.attrs, dims) as Record<string, unknown>),
      outputs: n.outputs.map((o) => ({ ...o, shape: substituteShape(o.shape, dims) })),
    })),
  });
}

/** Whether any attribute still holds a letter. */
export function hasSymbolicAttributes(graph: IrGraph): boolean {
  return graph.nodes.some((n) => isSymbolic(n.attrs));
}

function isSymbolic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('terms' in value && 'key' in value) return true;
  return Object.values(value).some(isSymbolic);
}

function bindValue(value: unknown, dims: ReadonlyMap<string, Dim>): unknown {
  if (Array.isArray(value)) return value.map((v) => bindValue(v, dims));
  if (typeof value !== 'object' || value === null) return value;
  if ('terms' in value && 'key' in value) return substitute(value as Dim, dims);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, bindValue(v, dims)]));
}

function wrong(name: string, expected: Shape, received: readonly number[]): Error {
  return failure('run/input', `input "${name}": expected ${shapeText(expected)}, received [${received.join(', ')}]`);
}
