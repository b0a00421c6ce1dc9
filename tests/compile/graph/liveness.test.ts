import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DTYPE, Graph, type Value } from '../../../lib/compile/graph/graph.ts';
import { liveness } from '../../../lib/compile/graph/liveness.ts';

const floats = (n: number): { dtype: number; shape: readonly number[] } => ({ dtype: DTYPE.float32, shape: [n] });

/** A graph with one feed of a float. */
function start(): { graph: Graph; x: Value; op: (name: string, inputs: readonly Value[], n: number, after?: readonly string[]) => Value } {
  const graph = new Graph();
  const x = graph.placeholder('x', floats(1));
  return { graph, x, op: (name, inputs, n, after = []) => graph.one(name, inputs, {}, floats(n), { after }) };
}

const variable = (graph: Graph, name: string): Value =>
  graph.one('VarHandleOp', [], { dtype: { type: DTYPE.float32 }, shape: { shape: [100] } }, { dtype: DTYPE.resource, shape: [] }, { name });

test('a value lives until its last reader has run', () => {
  const { graph, x, op } = start();
  const a = op('Tile', [x], 100);
  const b = op('Tile', [a], 50);
  const c = op('Tile', [b], 10);
  assert.deepEqual(liveness(graph.nodes, c.node), { peak: 4 * 150, variables: 0 });
  const both = op('ConcatV2', [c, a], 1);
  assert.equal(liveness(graph.nodes, both.node).peak, 4 * 160);
});

test('value-by-value operations write over what nobody else reads; views take nothing', () => {
  const { graph, x, op } = start();
  const a = op('Tile', [x], 100);
  const done = op('Sum', [op('Reshape', [op('Relu', [op('Exp', [a], 100)], 100)], 100)], 1);
  assert.equal(liveness(graph.nodes, done.node).peak, 4 * 101);
  const kept = op('ConcatV2', [op('Exp', [a], 100), a], 1);
  assert.equal(liveness(graph.nodes, kept.node).peak, 4 * 201);
});

test('what fetching does not need takes nothing', () => {
  const { graph, x, op } = start();
  const a = op('Tile', [x], 10);
  op('Tile', [a], 1000);
  assert.equal(liveness(graph.nodes, a.node).peak, 40);
});

test('an assigned variable takes the new value and gives its own back', () => {
  const { graph, x, op } = start();
  const handle = variable(graph, 'v');
  const read = graph.one('ReadVariableOp', [handle], {}, floats(100));
  const fresh = op('Tile', [read, x], 100);
  graph.add('AssignVariableOp', [handle, fresh], {}, [], { name: 'assign', effect: true });
  const done = op('Tile', [x], 1, ['assign']);
  assert.deepEqual(liveness(graph.nodes, done.node), { peak: 800, variables: 400 });
});

test('a variable that is changed in place is copied only where somebody still reads it', () => {
  const peakOf = (late: boolean): number => {
    const { graph, x, op } = start();
    const [weight, slot] = ['w', 's'].map((name) => variable(graph, name));
    const read = graph.one('ReadVariableOp', [weight], {}, floats(100));
    const gradient = op('Tile', [read, x], 100);
    graph.add('ResourceApplyAdam', [weight, slot, gradient], {}, [], { name: 'apply', effect: true });
    return liveness(graph.nodes, op('Mean', [late ? read : x], 1, ['apply']).node).peak;
  };
  // Two variables and a gradient; and a copy.
  assert.deepEqual([peakOf(false), peakOf(true)], [1200, 1600]);
});

test('a computation held back by its result costs less at once', () => {
  const peakOf = (late: boolean): number => {
    const { graph, x, op } = start();
    const deep = (from: Value, kind: string): Value => op('Mean', [op(kind, [from], 100)], 1);
    const forward = deep(x, 'Tile');
    const again = deep(late ? op('Identity', [x], 1, [forward.node]) : x, 'BroadcastTo');
    return liveness(graph.nodes, op('ConcatV2', [forward, again], 2).node).peak;
  };
  assert.ok(peakOf(true) < 4 * 110 && peakOf(false) > 4 * 190);
});
