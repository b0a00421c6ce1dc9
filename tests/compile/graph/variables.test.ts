import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { DTYPE, Graph } from '../../../lib/compile/graph/graph.ts';
import { Session } from '../../../lib/compile/graph/session.ts';
import { downloadVariables, uploadVariables } from '../../../lib/compile/graph/variable-chunks.ts';
import { GraphVariables } from '../../../lib/compile/graph/variables.ts';
import { nativeEngine } from '../../support/native.ts';

before(nativeEngine);

describe('the variables of a graph', () => {
  it('are declared once for each key', () => {
    const graph = new Graph();
    const variables = new GraphVariables(graph);
    const first = variables.declare('net/kernel', [2, 3]);
    const nodes = graph.nodes.length;
    assert.equal(variables.declare('net/kernel', [2, 3]), first);
    assert.equal(variables.get('net/kernel'), first);
    assert.equal(variables.get('net/bias'), undefined);
    assert.equal(graph.nodes.length, nodes);
    assert.deepEqual(variables.keys, ['net/kernel']);
  });

  it('keep what is uploaded and what the graph assigns, from run to run', () => {
    const graph = new Graph();
    const variables = new GraphVariables(graph);
    const given = variables.declare('given', [2]);
    variables.declare('absent', [2]);
    const float = { type: DTYPE.float32 };
    const doubled = graph.one('AddV2', [given.read, given.read], { T: float }, given.read);
    const doubling = graph.one('Identity', [graph.constant({ dtype: DTYPE.float32, shape: [], data: Float32Array.of(1) })], { T: float }, { dtype: DTYPE.float32, shape: [] }, { after: [variables.assign(given, doubled)] });
    const chunks = variables.finish();
    const session = new Session(graph.nodes);
    uploadVariables(chunks, session, (key) => (key === 'given' ? { shape: [2], data: Float32Array.of(1, -3) } : undefined));
    session.run([], [doubling]);
    session.run([], [doubling]);
    const all = downloadVariables(chunks, session, () => true);
    const chosen = downloadVariables(chunks, session, (key) => key === 'absent');
    session.dispose();
    assert.deepEqual([...all].map(([key, array]) => [key, array.shape, [...array.data]]), [['given', [2], [4, -12]], ['absent', [2], [0, 0]]]);
    assert.deepEqual([...chosen.keys()], ['absent']);
  });

  it('are set in chunks of 128 MiB at most, a larger variable alone', () => {
    const variables = new GraphVariables(new Graph());
    const mebibytes = (n: number): number[] => [n, 2 ** 18];
    const sizes = { a: 100, b: 28, c: 1, d: 200, e: 5, f: 5 };
    for (const [key, n] of Object.entries(sizes)) variables.declare(key, mebibytes(n));
    assert.deepEqual(variables.finish().map((chunk) => chunk.members.map((m) => m.variable.key)), [['a', 'b'], ['c'], ['d'], ['e', 'f']]);
  });
});
