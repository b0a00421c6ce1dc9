import type { GraphNode } from './graph.ts';
import { sizeOf } from './shape-rule.ts';

type Sizes = readonly number[];

/**
 * How often a node multiplies two numbers and adds the product to a sum: for convolutions, products of matrices and their gradients; 0 for
 * any other node. @param inputs the shapes of the tensors of numbers that it reads, in order, without those that hold a shape
 */
export function multiplications({ op, attributes, outputs }: Pick<GraphNode, 'op' | 'attributes' | 'outputs'>, inputs: readonly Sizes[]): number {
  const out = outputs[0].shape;
  switch (op) {
    case 'Conv2D': case '_FusedConv2D': return sizeOf(out) * sizeOf(inputs[1].slice(0, 3));
    case 'Conv2DBackpropInput': return sizeOf(inputs[1]) * sizeOf(inputs[0].slice(0, 3));
    case 'Conv2DBackpropFilter': return sizeOf(inputs[1]) * sizeOf(out.slice(0, 3));
    case 'DepthwiseConv2dNative': return sizeOf(out) * sizeOf(inputs[1].slice(0, 2));
    case 'DepthwiseConv2dNativeBackpropInput': return sizeOf(inputs[1]) * sizeOf(inputs[0].slice(0, 2));
    case 'DepthwiseConv2dNativeBackpropFilter': return sizeOf(inputs[1]) * sizeOf(out.slice(0, 2));
    case 'MatMul': case '_FusedMatMul': case 'BatchMatMulV2': return sizeOf(out) * inner(attributes, inputs[0]);
    default: return 0;
  }
}

/** The side that a product of matrices sums over. */
function inner(attributes: GraphNode['attributes'], a: Sizes): number {
  const across = ['transpose_a', 'adj_x'].some((name) => name in attributes && 'flag' in attributes[name] && attributes[name].flag);
  return a[a.length - (across ? 2 : 1)];
}
