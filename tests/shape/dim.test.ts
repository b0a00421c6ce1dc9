import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addDims, ceilDivide, dimText, floorDivide, multiplyDims, substitute, subtractDims, symbol, symbolsOf, type Dim } from '../../lib/shape/dim.ts';
import { compareDims, compareShapes, shapeText } from '../../lib/shape/shape.ts';

const H = symbol('H');
const W = symbol('W');

/** A random expression and the number it stands for at H = 37, W = 11. */
const expression = fc.letrec<{ node: { dim: Dim; value: number } }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.integer({ min: -9, max: 9 }).map((n) => ({ dim: n as Dim, value: n })),
    fc.constantFrom({ dim: H, value: 37 }, { dim: W, value: 11 }),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({ dim: addDims(a.dim, b.dim), value: a.value + b.value })),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({ dim: subtractDims(a.dim, b.dim), value: a.value - b.value })),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({ dim: multiplyDims(a.dim, b.dim), value: a.value * b.value })),
    fc.tuple(tie('node'), fc.integer({ min: 1, max: 5 })).map(([a, n]) => ({ dim: floorDivide(a.dim, n), value: Math.floor(a.value / n) })),
  ),
})).node;

test('symbolic arithmetic agrees with arithmetic on numbers', () => {
  const sizes = new Map([['H', 37], ['W', 11]]);
  fc.assert(fc.property(expression, ({ dim, value }) => {
    assert.equal(substitute(dim, sizes), value === 0 ? 0 : value);
  }), { numRuns: 500 });
});

test('equal dimensions are one canonical value', () => {
  assert.equal(dimText(addDims(H, H)), '2*H');
  assert.equal(subtractDims(addDims(H, 3), addDims(3, H)), 0);
  const down = (d: Dim): Dim => addDims(floorDivide(subtractDims(addDims(d, 2), 3), 2), 1);
  assert.equal(compareDims(down(H), ceilDivide(H, 2)), 'equal');
  assert.equal(compareDims(down(down(H)), ceilDivide(H, 4)), 'equal');
  assert.equal(dimText(floorDivide(multiplyDims(H, 6), 3)), '2*H');
});

test('sizes that are equal only when they divide well are assumed', () => {
  assert.equal(compareDims(multiplyDims(2, ceilDivide(H, 2)), H), 'assumed');
  assert.equal(compareDims(H, W), 'different');
  assert.equal(compareDims(addDims(H, 1), H), 'different');
  assert.equal(compareShapes(['N', 'H'].map(symbol), ['N', 'H', 'W'].map(symbol)), 'different');
});

test('text is what a person would write', () => {
  assert.equal(shapeText([symbol('N'), ceilDivide(H, 4), floorDivide(W, 2), 64]), '[N, H/4, W/2, 64]');
  assert.deepEqual([...symbolsOf(addDims(H, floorDivide(W, 2)))].sort(), ['H', 'W']);
});
