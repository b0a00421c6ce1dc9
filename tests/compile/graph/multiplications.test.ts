import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DTYPE, type GraphNode } from '../../../lib/compile/graph/graph.ts';
import { multiplications } from '../../../lib/compile/graph/multiplications.ts';

const node = (op: string, shape: readonly number[], attributes: GraphNode['attributes'] = {}): Pick<GraphNode, 'op' | 'attributes' | 'outputs'> =>
  ({ op, attributes, outputs: [{ dtype: DTYPE.float32, shape }] });
const flag = (name: string): GraphNode['attributes'] => ({ [name]: { flag: true } });

test('products of matrices, in batches, transposed and shared', () => {
  const batches = 16 * 1024 * 256 * 256;
  assert.equal(multiplications(node('BatchMatMulV2', [16, 1024, 256]), [[16, 1024, 256], [16, 256, 256]]), batches);
  assert.equal(multiplications(node('BatchMatMulV2', [16, 1024, 256], flag('adj_x')), [[16, 256, 1024], [16, 256, 256]]), batches);
  assert.equal(multiplications(node('BatchMatMulV2', [16, 1024, 8]), [[16, 1024, 256], [256, 8]]), 16 * 1024 * 256 * 8);
  assert.equal(multiplications(node('MatMul', [2, 5]), [[2, 3], [3, 5]]), 30);
  assert.equal(multiplications(node('MatMul', [2, 5], flag('transpose_a')), [[3, 2], [3, 5]]), 30);
  assert.equal(multiplications(node('_FusedMatMul', [2, 5], flag('transpose_b')), [[2, 3], [5, 3], [5]]), 30);
});

test('a convolution and its gradients multiply equally often', () => {
  const [x, filter, y] = [[2, 8, 8, 3], [3, 3, 3, 16], [2, 4, 4, 16]];
  const expected = 2 * 4 * 4 * 16 * 3 * 3 * 3;
  assert.equal(multiplications(node('Conv2D', y), [x, filter]), expected);
  assert.equal(multiplications(node('_FusedConv2D', y), [x, filter, [16]]), expected);
  assert.equal(multiplications(node('Conv2DBackpropInput', x), [filter, y]), expected);
  assert.equal(multiplications(node('Conv2DBackpropFilter', filter), [x, y]), expected);
});

test('so does a convolution of each channel by itself', () => {
  const [x, filter, y] = [[2, 8, 8, 3], [3, 3, 3, 2], [2, 4, 4, 6]];
  const expected = 2 * 4 * 4 * 6 * 3 * 3;
  assert.equal(multiplications(node('DepthwiseConv2dNative', y), [x, filter]), expected);
  assert.equal(multiplications(node('DepthwiseConv2dNativeBackpropInput', x), [filter, y]), expected);
  assert.equal(multiplications(node('DepthwiseConv2dNativeBackpropFilter', filter), [x, y]), expected);
});

test('what sums no products counts none', () => {
  assert.equal(multiplications(node('AddV2', [4, 4]), [[4, 4], [4, 4]]), 0);
});
