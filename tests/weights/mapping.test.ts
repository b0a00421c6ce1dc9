import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Layout, MappingRule } from '../../lib/ir/mapping-rule.ts';
import { fromOurs, permuted, toOurs } from '../../lib/weights/layout.ts';
import { applyMapping } from '../../lib/weights/mapping.ts';
import { elementCount, type WeightArray, type Weights } from '../../lib/weights/weights.ts';

const counting = (...shape: number[]): WeightArray => ({ shape, data: Float32Array.from({ length: elementCount(shape) }, (_, i) => i) });
const at = (w: WeightArray, ...index: number[]): number => w.data[index.reduce((offset, i, axis) => offset * w.shape[axis] + i, 0)];

test('layouts put each number where our ops read it', () => {
  const conv = counting(4, 3, 2, 5);
  const ours = toOurs(conv, 'oihw');
  assert.deepEqual(ours.shape, [2, 5, 3, 4]);
  assert.equal(at(ours, 1, 4, 2, 3), at(conv, 3, 2, 1, 4));
  const linear = counting(4, 3);
  assert.equal(at(toOurs(linear, 'linear'), 2, 1), at(linear, 1, 2));
  const depthwise = counting(6, 1, 3, 3);
  assert.deepEqual(toOurs(depthwise, 'depthwise').shape, [3, 3, 6, 1]);
  assert.equal(at(toOurs(depthwise, 'depthwise'), 2, 1, 5, 0), at(depthwise, 5, 0, 2, 1));
  const [c, h, w] = [3, 2, 4];
  const flat = counting(5, c * h * w);
  const moved = toOurs(flat, { 'flattened-chw': [c, h, w] });
  assert.deepEqual(moved.shape, [h * w * c, 5]);
  // Channel 2, row 1, column 3 of the map: index (1*4+3)*3+2 in HWC, (2*2+1)*4+3 in CHW.
  assert.equal(at(moved, (1 * w + 3) * c + 2, 4), at(flat, 4, (2 * h + 1) * w + 3));
});

test('every layout comes back', () => {
  const cases: readonly (readonly [Layout | undefined, number[]])[] = [
    [undefined, [3]], ['oihw', [4, 3, 2, 5]], ['iohw', [3, 4, 2, 2]], ['depthwise', [6, 1, 3, 3]], ['linear', [4, 7]],
    [{ 'flattened-chw': [3, 2, 4] }, [5, 24]], [{ reshape: [6] }, [1, 6, 1]],
  ];
  for (const [layout, shape] of cases) assert.deepEqual(fromOurs(toOurs(counting(...shape), layout), layout, shape), counting(...shape));
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(shapes, fc.integer(), (shape, seed) => {
    const order = shape.map((_, i) => i).sort((a, b) => ((a * 7 + seed) % 5) - ((b * 7 + seed) % 5) || a - b);
    const weight = counting(...shape);
    assert.deepEqual(fromOurs(toOurs(weight, { permute: order }), { permute: order }, shape), weight);
    const index = shape.map((side, i) => (i + Math.abs(seed)) % Math.max(1, side));
    if (elementCount(shape) > 0) assert.equal(at(permuted(weight, order), ...order.map((axis) => index[axis])), at(weight, ...index));
  }));
});

const rules: readonly MappingRule[] = [
  { from: 'layer{stage}.{block}.conv{n}.weight', to: 'stages.{stage-1}.{block}.conv{n}.kernel', layout: 'oihw' },
  { from: '{layer}.in_proj', to: ['{layer}.q', '{layer}.k', '{layer}.v'], layout: 'linear' },
  { from: '{layer}.num_batches_tracked' },
  { from: 'fc.weight', to: 'code.kernel', layout: 'linear' },
];

test('rules rename, count, split, leave out and transpose', () => {
  const out = applyMapping(new Map([
    ['layer2.0.conv1.weight', counting(2, 1, 3, 3)], ['attn.in_proj', counting(6, 3)], ['bn.num_batches_tracked', counting()], ['fc.weight', counting(2, 3)],
  ]), rules);
  assert.deepEqual([...out.keys()], ['stages.1.0.conv1.kernel', 'attn.q', 'attn.k', 'attn.v', 'code.kernel']);
  assert.deepEqual(out.get('attn.k'), { shape: [3, 2], data: Float32Array.of(6, 9, 7, 10, 8, 11) });
});

test('every mistake is reported, with both names and shapes', () => {
  const fails = (weights: Weights, expected: [string, number[]][], ...messages: RegExp[]): void => {
    assert.throws(() => applyMapping(weights, rules, new Map(expected)), (error: Error) => messages.every((m) => (assert.match(error.message, m), true)));
  };
  fails(new Map([['fc.weigth', counting(1)]]), [], /no rule of the mapping takes the weight "fc.weigth" \(did you mean "fc.weight"\?\)/);
  fails(new Map([['fc.weight', counting(2, 3)]]), [['code.kernel', [4, 2]], ['code.bias', [4]]],
    /"code.kernel": expected shape \[4, 2\], received \[3, 2\] from "fc.weight"/, /expected the weight "code.bias" of shape \[4\], received none/);
  fails(new Map([['fc.weight', counting(2, 3)]]), [], /nothing takes the weight "code.kernel" \(from "fc.weight"\)/);
  fails(new Map([['fc.weight', counting(2, 3, 4)]]), [], /"fc.weight": linear wants 2 axes, received \[2, 3, 4\]/);
  fails(new Map([['a.in_proj', counting(4, 3)]]), [], /"a.in_proj": \[4, 3\] does not split into 3/);
  assert.throws(() => applyMapping(new Map([['a', counting()], ['b', counting()]]), [{ from: '{x}', to: 'same' }]), /"a" and "b" both become "same"/);
});
