import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Graph, type GraphNode, type Value } from '../../../../lib/compile/graph/graph.ts';
import { rewired } from '../../../../lib/compile/graph/mixed/mixed-precision.ts';
import { candidatesOf } from '../../../../lib/compile/graph/mixed/paint.ts';
import { record } from '../../../../lib/compile/graph/recorder.ts';
import { Session, type Feed } from '../../../../lib/compile/graph/session.ts';
import { nativeEngine } from '../../../support/native.ts';
import { cases, fetched, outcome, symbolic } from '../cases.ts';

before(nativeEngine);

/** Relative error after roundings to 8 bits of every node that may be rounded; the largest seen is below 0.02. */
const TOLERANCE = 0.03;

test('every op and its gradients give the same in bfloat16 but for its noise, wherever a rule lets a node compute in it', () => {
  const graph = new Graph();
  const feeds: Feed[] = [];
  const recorded = cases.map((c, k) => ({ title: c.title, values: record(graph, (r) => outcome(c, symbolic(c, `c${k}`, r, feeds)).map((t) => fetched(graph, r.value(t)))) }));
  const values = recorded.flatMap((r) => r.values);
  const titles = recorded.flatMap((r) => r.values.map((_, i) => `${r.title}, result ${i}`));
  const names = new Set(values.map((v) => v.node));
  const candidates = candidatesOf(graph.nodes, 0).filter((c) => !names.has(c.node.name));
  const exact = run(graph.nodes, feeds, values);
  const low = run(rewired(graph.nodes, new Map(candidates.map((c) => [c.node.name, c]))), feeds, values);
  // A rounded position is another pixel: the pass does not round what no convolution reads, this does.
  titles.forEach((title, i) => { if (!title.startsWith('grid-sample')) close(title, low[i], exact[i]); });
  assert.ok(new Set(candidates.map((c) => c.node.op)).size >= 20, 'many kernels were tried');
});

function run(nodes: readonly GraphNode[], feeds: readonly Feed[], values: readonly Value[]): Float32Array[] {
  const session = new Session(nodes);
  const results = session.run(feeds, values);
  session.dispose();
  return results as Float32Array[];
}

function close(title: string, got: Float32Array, expected: Float32Array): void {
  let [error, norm] = [0, 0];
  expected.forEach((v, i) => {
    if (Object.is(got[i], v)) return;
    error += (got[i] - v) ** 2;
    norm += v ** 2;
  });
  assert.ok(Math.sqrt(error) <= TOLERANCE * Math.sqrt(norm) + 1e-6, `${title}: off by ${Math.sqrt(error)} of ${Math.sqrt(norm)}`);
}
