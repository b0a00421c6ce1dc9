import type { GraphNode, ValueType } from '../graph.ts';
import { sizeOf } from '../shape-rule.ts';

/** Multiplications for each number read or written from which bfloat16 pays even if all of them have to be cast (tests/bench/bfloat16.ts). */
export const LEAST = 16;

/** Whether a convolution or product computes enough to pay for casts; a matrix times a few rows does not. */
export function pays(node: GraphNode, inputs: readonly ValueType[], least: number): boolean {
  const moved = [...inputs, ...node.outputs].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return multiplications(node, inputs.map((t) => t.shape)) >= least * moved;
}

/** @param inputs the shapes of the floats it reads, in order */
function multiplications({ op, attributes, outputs: [{ shape }] }: GraphNode, inputs: readonly (readonly number[])[]): number {
  const filter = (f: readonly number[]): number => f[0] * f[1] * f[2];
  switch (op) {
    case 'Conv2D': return sizeOf(shape) * filter(inputs[1]);
    case 'Conv2DBackpropInput': return sizeOf(inputs[1]) * filter(inputs[0]);
    case 'Conv2DBackpropFilter': return sizeOf(inputs[1]) * filter(shape);
    default: return sizeOf(shape) * inner(attributes, inputs[0]);
  }
}

/** The side that a product of matrices sums over. */
function inner(attributes: GraphNode['attributes'], a: readonly number[]): number {
  const across = ['transpose_a', 'adj_x'].some((name) => name in attributes && 'flag' in attributes[name] && attributes[name].flag);
  return a[a.length - (across ? 2 : 1)];
}
