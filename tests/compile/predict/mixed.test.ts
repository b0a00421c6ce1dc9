import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { DTYPE, type GraphNode } from '../../../lib/compile/graph/graph.ts';
import { compileModel, type CompileOptions, type Model } from '../../../lib/compile/model.ts';
import { foldedGraph, type FoldedGraph } from '../../../lib/compile/predict/prediction.ts';
import { diskFiles } from '../../../lib/compose/files.ts';
import { DiagnosticError } from '../../../lib/diagnostics/diagnostic.ts';
import { tf } from '../../../lib/engine/tf.ts';
import type { IrGraph } from '../../../lib/ir/ir.ts';
import { createContext, loadGraphFile } from '../../../lib/plan/load.ts';
import { isConcrete } from '../../../lib/shape/dim.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';
import { nativeEngine } from '../../support/native.ts';

before(nativeEngine);

const registry = standardRegistry();
const MIXED = { precision: 'mixed-bfloat16' } as const;
const file = path.resolve('graphs/of-a-test.yaml');

/** Convolutions large enough to pay over an input x [N, H, W, 16]. */
const LAYERS = `
one: { op: conv2d, in: x, channels: 32, kernel: 3 }
normed: { op: batch-norm, in: one }
act: { op: relu, in: normed }
last: { op: conv2d, in: act, channels: 16, kernel: 3, spectral: true }`;

function graphOf(nodes: string): IrGraph {
  const text = `kind: graph\nname: of-a-test\ninputs: { x: [N, H, W, 16] }\nnodes:\n${nodes.trim().split('\n').map((l) => `  ${l.trim()}`).join('\n')}\noutputs: { y: last }\n`;
  return loadGraphFile(file, createContext(registry, diskFiles(new Map([[file, text]]))));
}

const model = (options: Partial<CompileOptions> = {}): Model => compileModel(graphOf(LAYERS), { registry, ...options });
const picture = (seed = 1): Tensor => tf.randomUniform([1, 24, 24, 16], -1, 1, 'float32', seed);

function numbers(outputs: Readonly<Record<string, Tensor>>): Record<string, number[]> {
  const values = Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, [...t.dataSync()]]));
  tf.dispose(outputs);
  return values;
}

/** Root mean square of the difference over that of the expected numbers. */
function noise(got: readonly number[], expected: readonly number[]): number {
  const square = (values: readonly number[]): number => values.reduce((sum, v) => sum + v * v, 0);
  assert.equal(got.length, expected.length);
  return Math.sqrt(square(got.map((v, i) => v - expected[i])) / square(expected));
}

/** Rounding to eight bits is off by at most 2^-8; a deep network adds up what its layers round. */
const isRounded = (off: number, title: string): void => assert.ok(off > 0 && off < 0.03, `${title}: off by ${off}`);

const GENERATORS: readonly (readonly [file: string, set: Readonly<Record<string, unknown>>, side: number])[] = [
  ['facechanger', { width: 16 }, 64],
  ['facechanger', { width: 16, depth: 2, norms: ['batch'] }, 64],
  ['simswap', { width: 16, depth: 2 }, 64],
];

describe('a prediction in mixed precision', () => {
  for (const [name, set, side] of GENERATORS) {
    it(`gives what float32 gives within the noise of bfloat16: ${name} ${JSON.stringify(set)}`, () => {
      const graph = loadGraphFile(`graphs/generators/${name}.yaml`, createContext(registry), { set: Object.entries(set).map(([k, v]) => `/params/${k}=${JSON.stringify(v)}`), dims: { D: 24 } });
      const inputs = Object.fromEntries(graph.inputs.map((i, k) => [i.name, tf.randomUniform(i.shape.map((d, axis) => (isConcrete(d) ? d : axis === 0 ? 1 : i.shape.length === 2 ? 24 : side)), 0, 1, 'float32', k + 1)]));
      const models = [compileModel(graph, { registry, ...MIXED }), compileModel(graph, { registry })];
      const outputs = models.map((m) => m.predict(inputs));
      for (const t of Object.values(outputs[0])) assert.equal(t.dtype, 'float32');
      const [mixed, exact] = outputs.map(numbers);
      for (const key of Object.keys(exact)) isRounded(noise(mixed[key], exact[key]), key);
      models.forEach((m) => m.dispose());
      tf.dispose(inputs);
      assert.equal(tf.memory().numTensors, 0);
    });
  }

  it('sees weights that were assigned since', () => {
    const [mixed, exact] = [model(MIXED), model()];
    const x = picture();
    const first = numbers(mixed.predict({ x })).y;
    for (const m of [mixed, exact]) m.variables.forEach((v: Variable) => tf.tidy(() => v.assign(tf.add(tf.mul(v, 1.5), 0.1))));
    const second = numbers(mixed.predict({ x })).y;
    assert.ok(noise(second, first) > 0.1);
    isRounded(noise(second, numbers(exact.predict({ x })).y), 'after an assignment');
    assert.deepEqual(numbers(mixed.predict({ x })).y, second, 'the same bits again');
    [mixed, exact].forEach((m) => m.dispose());
    x.dispose();
  });

  it('rounds weights when they are loaded, once, and folds them in float32', () => {
    const { nodes, loaded, outputs } = recorded();
    const running = reached(nodes, [...outputs.values()].map((v) => v.node));
    const isLow = (n: GraphNode): boolean => n.outputs.some((o) => o.dtype === DTYPE.bfloat16);
    assert.deepEqual(running.filter((n) => n.op === 'Conv2D').map(isLow), [true, true]);
    const reads = new Set(running.filter((n) => n.op === 'ReadVariableOp').map((n) => n.name));
    assert.deepEqual(running.filter((n) => n.op === 'Cast' && reads.has(n.inputs[0])), []);
    assert.ok(running.filter((n) => n.op === 'ReadVariableOp' && isLow(n)).length >= 2);
    const loading = reached(nodes, [loaded?.node as string]);
    assert.deepEqual(loading.filter(isLow).map((n) => n.op).filter((op) => op !== 'Cast'), []);
    const handles = (of: readonly GraphNode[]): string[] => of.filter((n) => n.op === 'VarHandleOp').map((n) => n.name).sort();
    assert.deepEqual(handles(loading), handles(running), 'no variable is filled and not read');
  });

  it('is refused where predictions run op by op', () => {
    const refused = (error: unknown): boolean => error instanceof DiagnosticError && /of-a-test: expected precision float32 where predict runs op by op/.test(error.message);
    assert.throws(() => model({ ...MIXED, eager: true }), refused);
    model({ eager: true }).dispose();
    assert.equal(tf.memory().numTensors, 0);
  });
});

/** The folded graph of two convolutions, a batch norm's scale and a weight divided by its norm. */
function recorded(): FoldedGraph {
  const weights = new Map([['a', tf.randomUniform([3, 3, 16, 32], -1, 1, 'float32', 1)], ['b', tf.randomUniform([3, 3, 32, 16], -1, 1, 'float32', 2)]]);
  const inputs = { x: picture() };
  const found = foldedGraph(inputs, weights, ({ x }, held) => {
    const [a, b] = ['a', 'b'].map((id) => held.get(id) as Tensor);
    const first = tf.relu(tf.conv2d(x as never, a as never, 1, 'same'));
    return { y: tf.conv2d(first as never, tf.div(b, tf.sqrt(tf.sum(tf.square(b)))) as never, 1, 'same') };
  }, 'mixed-bfloat16');
  tf.dispose([inputs, [...weights.values()]]);
  return found;
}

/** What some nodes need, whatever the order. */
function reached(nodes: readonly GraphNode[], wanted: readonly string[]): GraphNode[] {
  const byName = new Map(nodes.map((n) => [n.name, n]));
  const seen = new Set<string>();
  const visit = (input: string): void => {
    const name = input.replace(/^\^|:\d+$/g, '');
    if (seen.has(name)) return;
    seen.add(name);
    byName.get(name)?.inputs.forEach(visit);
  };
  wanted.forEach(visit);
  return nodes.filter((n) => seen.has(n.name));
}
