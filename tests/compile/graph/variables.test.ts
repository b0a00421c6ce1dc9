import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DTYPE, Graph } from '../../../lib/compile/graph/graph.ts';
import { Session } from '../../../lib/compile/graph/session.ts';
import { sizeOf } from '../../../lib/compile/graph/shape-rule.ts';
import { downloadVariables, uploadVariables } from '../../../lib/compile/graph/variable-chunks.ts';
import { GraphVariables } from '../../../lib/compile/graph/variables.ts';
import { weightsOf } from '../../../lib/compile/step/step-weights.ts';
import { concreteShape } from '../../../lib/shape/shape.ts';
import type { WeightArray } from '../../../lib/weights/weights.ts';
import { nativeEngine } from '../../support/native.ts';
import { graphsOf, toy } from '../step/support.ts';

before(nativeEngine);

const MIB = 2 ** 20;

describe('the variables of a step', () => {
  test('are all weights, frozen ones too, and none is a constant', () => {
    const { recorded } = graphsOf(toy(), 6);
    const handles = new Set(recorded.filter((n) => n.op === 'VarHandleOp').map((n) => n.name));
    const read = recorded.filter((n) => n.op === 'ReadVariableOp' && handles.has(n.inputs[0])).map((n) => n.outputs[0].shape.join());
    const specs = [...weightsOf(toy()).values()];
    assert.ok(specs.some((w) => w.id.startsWith('fixed/')), 'the toy has a frozen model');
    for (const shape of new Set(specs.map((w) => w.shape.join()))) {
      // Each is there once as a weight and once as a moving average, as the graph is asked for here.
      const [there, wanted] = [read.filter((s) => s === shape).length, specs.filter((w) => w.shape.join() === shape).length];
      assert.ok(there >= 2 * wanted, `${there} variables of shape [${shape}] for ${wanted} weights`);
    }
    // What is constant: numbers of losses, and the fixed filter of the blur that resizes.
    const numbers = (shapes: readonly (readonly number[])[]): number => shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
    const constants = numbers(recorded.filter((n) => n.op === 'Const' && n.outputs[0].dtype === DTYPE.float32).map((n) => n.outputs[0].shape));
    const frozen = numbers(specs.filter((w) => w.id.startsWith('fixed/')).map((w) => concreteShape(w.shape)));
    assert.ok(constants < frozen / 8, `${constants} numbers are constants, ${frozen} are frozen weights`);
  });

  test('go in and out by 128 MiB, the largest alone', () => {
    const variables = new GraphVariables(new Graph());
    const sizes = [64, 64, 64, 256, 8, 8, 120, 1];
    sizes.forEach((mib, i) => variables.declare(`v${i}`, [mib, MIB / 4]));
    const chunks = variables.finish().map(({ members }) => members.map((m) => m.variable.key));
    assert.deepEqual(chunks, [['v0', 'v1'], ['v2'], ['v3'], ['v4', 'v5'], ['v6', 'v7']]);
  });

  test('of optimisers are set to zero without an upload, also where they held something', () => {
    const graph = new Graph();
    const variables = new GraphVariables(graph);
    for (const key of ['weight:a', 'slot:mean', 'slot:square']) variables.declare(key, [3]);
    const chunks = variables.finish();
    assert.deepEqual(chunks.map(({ members }) => members.map((m) => m.variable.key)), [['weight:a'], ['slot:mean', 'slot:square']]);
    const session = new Session(graph.nodes);
    const of = (...values: readonly number[]): WeightArray => ({ shape: [3], data: Float32Array.from(values) });
    const found = (): number[][] => [...downloadVariables(chunks, session, () => true).values()].map(({ data }) => [...data]);
    const weight = of(1, 2, 3);
    uploadVariables(chunks, session, (key) => (key === 'slot:square' ? of(4, 5, 6) : key === 'weight:a' ? weight : undefined));
    assert.deepEqual(found(), [[1, 2, 3], [0, 0, 0], [4, 5, 6]]);
    uploadVariables(chunks, session, (key) => (key === 'weight:a' ? weight : undefined));
    assert.deepEqual(found(), [[1, 2, 3], [0, 0, 0], [0, 0, 0]]);
    session.dispose();
  });

  test('come out of several chunks as they went in', () => {
    const graph = new Graph();
    const variables = new GraphVariables(graph);
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const length = (52 * MIB) / 4;
    keys.forEach((key) => variables.declare(key, [length]));
    const chunks = variables.finish();
    assert.equal(chunks.length, 3);
    const session = new Session(graph.nodes);
    const given = new Map(keys.slice(0, 4).map((key, k) => [key, { shape: [length], data: Float32Array.from({ length }, (_, i) => i * (k + 1)) }]));
    uploadVariables(chunks, session, (key) => given.get(key));
    const found = downloadVariables(chunks, session, () => true);
    session.dispose();
    assert.deepEqual([...found.keys()], keys);
    for (const key of keys) {
      const data = found.get(key)?.data as Float32Array;
      const expected = given.get(key)?.data ?? new Float32Array(length);
      assert.ok(Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(Buffer.from(expected.buffer)), key);
    }
  });
});
