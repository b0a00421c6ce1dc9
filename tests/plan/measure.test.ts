import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskFiles } from '../../lib/compose/files.ts';
import { hoistable } from '../../lib/plan/hoist/steady.ts';
import { createContext, loadExperimentFile, loadGraphFile } from '../../lib/plan/load.ts';
import { measureGraph } from '../../lib/plan/measure.ts';
import { dimText } from '../../lib/shape/dim.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';

const registry = standardRegistry();
const graph = (text: string, dims?: Record<string, number>): ReturnType<typeof loadGraphFile> =>
  loadGraphFile('/g.yaml', createContext(registry, diskFiles(new Map([['/g.yaml', text]]))), dims ? { dims } : {});

const SMALL = `
kind: graph
name: small
inputs: { x: [N, H, W, 3] }
nodes:
  a: { op: conv2d, in: x, channels: 8, kernel: 3 }
  b: { op: relu, in: a }
  c: { op: conv2d, in: b, channels: 8, kernel: 1, bias: false }
outputs: { out: c }
`;

test('parameters, multiply-accumulates and memory are symbolic while sizes are', () => {
  const m = measureGraph(graph(SMALL), registry);
  assert.equal(m.parameters, 3 * 3 * 3 * 8 + 8 + 8 * 8);
  assert.equal(dimText(m.macs), `${27 * 8 + 64}*H*N*W`);
  assert.equal(dimText(m.kept), `${3 * 8 * 4}*H*N*W`);
  assert.equal(m.peak, undefined);
});

test('with sizes the peak is what lives at once', () => {
  const m = measureGraph(graph(SMALL, { N: 1, H: 4, W: 4 }), registry);
  const one = 4 * 4 * 8 * 4;
  assert.deepEqual([m.kept, m.peak], [3 * one, 2 * one]);
});

test('shared weights count once, recomputed blocks keep what leaves them', () => {
  const shared = graph(SMALL.replace('c: { op: conv2d, in: b, channels: 8, kernel: 1, bias: false }', 'c: { op: conv2d, in: x, channels: 8, kernel: 3, share: a }').replace('out: c', 'out: c, b: b'));
  assert.equal(measureGraph(shared, registry).parameters, 224);
  const block = graph(`
kind: graph
name: block
inputs: { x: [1, 4, 4, 8] }
nodes:
  inner: { in: x, remat: true, seq: [{ op: relu, name: first }, { op: relu, name: second }] }
outputs: { out: inner }
`);
  assert.equal(measureGraph(block, registry).kept, 4 * 4 * 8 * 4);
});

test('of FaceChanger\'s step, all that depends on data and frozen weights alone can be computed beforehand', () => {
  const experiment = loadExperimentFile('experiments/facechanger.yaml', createContext(registry), { profile: 'quick' });
  const paths = hoistable(experiment, registry);
  const { nodes } = experiment.step;
  const own = nodes.filter((n) => !n.call && paths.has(n.path)).map((n) => n.path);
  assert.deepEqual(own.sort(), ['masks', 'sources', 'target-code', 'targets']);
  assert.ok(nodes.filter((n) => n.call?.path === 'code').every((n) => paths.has(n.path)), 'the code of the sources');
  const scaled = nodes.filter((n) => n.call?.path === 'real' && paths.has(n.path)).map((n) => n.path);
  assert.deepEqual(scaled, ['real.signed'], 'the critic only before its first weight');
  assert.ok(nodes.filter((n) => n.call?.path === 'swap-code').every((n) => !paths.has(n.path)), 'the code of a swap is trained through');
});

test('a random node is computed at every step', () => {
  const noisy = { ...loadExperimentFile('experiments/facechanger.yaml', createContext(registry), { profile: 'quick' }) };
  const first = noisy.step.nodes[0];
  const random = [...registry.ops.values()].find((op) => op.traits?.random && op.inputs !== 'named' && op.inputs.length === 1);
  assert.ok(random);
  const step = { ...noisy.step, nodes: [{ ...first, op: `${random.name}@${random.version ?? 1}`, weights: {} }] };
  assert.equal(hoistable({ ...noisy, step }, registry).size, 0);
});
