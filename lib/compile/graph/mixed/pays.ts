import type { GraphNode, ValueType } from '../graph.ts';
import { multiplications } from '../multiplications.ts';
import { sizeOf } from '../shape-rule.ts';

/** Multiplications for each number read or written from which bfloat16 pays even if all of them have to be cast (tests/bench/bfloat16.ts). */
export const LEAST = 16;

/** Whether a convolution or product computes enough to pay for casts; a matrix times a few rows does not. @param inputs the floats it reads, in order */
export function pays(node: GraphNode, inputs: readonly ValueType[], least: number): boolean {
  const moved = [...inputs, ...node.outputs].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return multiplications(node, inputs.map((t) => t.shape)) >= least * moved;
}
