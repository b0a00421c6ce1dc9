import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { list } from '../../lib/ops/list.ts';
import { listDrop } from '../../lib/ops/list-drop.ts';
import { listItem } from '../../lib/ops/list-item.ts';
import { listReverse } from '../../lib/ops/list-reverse.ts';
import { ShapeError, type Op } from '../../lib/registry/op.ts';

const run = (op: Op, attrs: Record<string, unknown>, items: readonly unknown[]): readonly unknown[] => {
  assert.ok(op.traits?.listwise);
  return op.traits.listwise(attrs, [items]);
};

it('list keeps its items in order', () => {
  assert.deepEqual(run(list, {}, ['a', 'b', 'c']), ['a', 'b', 'c']);
});

it('list-reverse is its own inverse and leaves its input alone', () => {
  fc.assert(fc.property(fc.array(fc.integer()), (items) => {
    const before = [...items];
    assert.deepEqual(run(listReverse, {}, run(listReverse, {}, items)), before);
    assert.deepEqual(items, before);
  }));
  assert.deepEqual(run(listReverse, {}, [1, 2, 3]), [3, 2, 1]);
});

it('list-drop leaves out items at either end and no more than there are', () => {
  assert.deepEqual(run(listDrop, { first: 1, last: 2 }, [1, 2, 3, 4, 5]), [2, 3]);
  assert.deepEqual(run(listDrop, { first: 0, last: 0 }, [1, 2]), [1, 2]);
  assert.deepEqual(run(listDrop, { first: 1, last: 1 }, [1, 2]), []);
  assert.throws(() => run(listDrop, { first: 2, last: 1 }, [1, 2]), ShapeError);
});

it('list-item counts from either end and unwraps', () => {
  assert.equal(listItem.traits?.unwraps, true);
  fc.assert(fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.nat(), (items, n) => {
    const i = n % items.length;
    assert.deepEqual(run(listItem, { index: i }, items), [items[i]]);
    assert.deepEqual(run(listItem, { index: i - items.length }, items), [items[i]]);
  }));
  assert.throws(() => run(listItem, { index: 2 }, [1, 2]), { expected: 'an index from -2 to 1', received: '2' });
  assert.throws(() => run(listItem, { index: -3 }, [1, 2]), ShapeError);
});
