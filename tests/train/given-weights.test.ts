import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { diskFiles } from '../../lib/compose/files.ts';
import { compileModel } from '../../lib/compile/model.ts';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { tf } from '../../lib/engine/tf.ts';
import type { MappingRule } from '../../lib/ir/mapping-rule.ts';
import { createContext, loadExperimentFile, loadGraphFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { givenWeights } from '../../lib/train/given-weights.ts';
import { composeFile } from '../../lib/compose/compose.ts';
import { child, toData, type Tree } from '../../lib/source/tree.ts';
import { applyMapping } from '../../lib/weights/mapping.ts';
import type { WeightArray } from '../../lib/weights/weights.ts';
import { nativeEngine } from '../support/native.ts';

before(nativeEngine);

const root = fileURLToPath(new URL('../..', import.meta.url));
const registry = standardRegistry();
const { image, code } = JSON.parse(readFileSync(`${root}/tests/parity/weights/mapping.json`, 'utf8')) as { image: number[]; code: number[] };

const ENCODER = `kind: graph
name: encoder
inputs: { image: [N, H, W, 3] }
graphs:
  block:
    inputs: { x: [N, H, W, C] }
    nodes:
      bn1: { op: batch-norm, in: x }
      conv1: { op: conv2d, in: bn1, channels: 4, kernel: 3, bias: false }
      bn2: { op: batch-norm, in: conv1 }
      prelu: { op: prelu, in: bn2 }
      conv2: { op: conv2d, in: prelu, channels: 4, kernel: 3, stride: 2, bias: false }
      bn3: { op: batch-norm, in: conv2 }
      downsample: { in: x, seq: [{ op: conv2d, name: "0", channels: 4, kernel: 1, stride: 2, bias: false }, { op: batch-norm, name: "1" }] }
      sum: { op: add, in: [bn3, downsample] }
    outputs: { out: sum }
nodes:
  layer1: { repeat: 1, in: image, do: { graph: block } }
  flat: { op: flatten, in: layer1 }
  fc: { op: linear, in: flat, units: 5 }
outputs: { code: fc }
weights:
RULES`;

/** The rules of the shipped iResNet, as text: `fc` has another size here, and the checkpoint a head of its own. */
const rulesOf = (file: string): MappingRule[] => toData(child(composeFile(`${root}/graphs/encoders/${file}.yaml`, diskFiles(), {}), 'weights') as Tree) as unknown as MappingRule[];
const rules = [...rulesOf('iresnet50').map((r) => (r.from === 'fc.weight' ? { ...r, layout: { 'flattened-chw': [4, 3, 4] } } : r)), { from: 'head.{part}' }];

const experiment = (used: readonly unknown[], source = `${root}/tests/parity/weights/mapping.pth`): ReturnType<typeof loadExperimentFile> => loadExperimentFile('/w/main.yaml', createContext(registry, diskFiles(new Map([
  ['/w/encoder.yaml', ENCODER.replace('RULES', used.map((r) => `  - ${JSON.stringify(r)}\n`).join(''))],
  ['/w/main.yaml', `kind: experiment
name: e
models: { encoder: { graph: ./encoder.yaml, weights: ${source}, frozen: true }, mixer: { graph: ${root}/graphs/critics/patchgan.yaml, with: { width: 2 } } }
data: { dataset: rendered-faces, size: 64, batch: 2 }
step: { inputs: { t: target.image }, nodes: { small: { op: resize, in: t, to: [6, 8] }, seen: { model: encoder, in: small }, score: { model: mixer, in: t }, fake: { op: mean, in: seen } } }
phases: { mixer: { update: [mixer], optimizer: { type: sgd, lr: 0.1 }, terms: { a: { graph: ${root}/graphs/losses/softplus.yaml, in: score }, b: { graph: ${root}/graphs/losses/l1-norm.yaml, in: { weights: mixer.weights } } } } }
predict: { inputs: { t: target.image }, nodes: { small: { op: resize, in: t, to: [6, 8] }, seen: { model: encoder, in: small } }, outputs: { code: seen } }
train: { steps: 1 }
`]]))));

test('a model reads a PyTorch checkpoint by its graph\'s rules and computes what PyTorch computes', () => {
  const given = givenWeights(experiment(rules));
  assert.ok([...given.keys()].every((id) => id.startsWith('encoder/')));
  const graph = loadGraphFile('/w/encoder.yaml', createContext(registry, diskFiles(new Map([['/w/encoder.yaml', ENCODER.replace('weights:\nRULES', '')]]))), { dims: { N: 2, H: 6, W: 8 } });
  const model = compileModel(graph, { registry, weights: new Map([...given].map(([id, w]) => [id.slice('encoder/'.length), w])) });
  const outputs = model.predict({ image: tf.tensor4d(image, [2, 6, 8, 3]) });
  const got = [...outputs.code.dataSync()];
  got.forEach((value, i) => assert.ok(Math.abs(value - code[i]) <= 1e-5 * Math.max(1, Math.abs(code[i])), `${value} is not ${code[i]}`));
  model.dispose();
});

test('a name without a rule, and a rule of another shape, are reported where the model is written', () => {
  const fault = (used: readonly unknown[]): DiagnosticError => {
    try {
      givenWeights(experiment(used));
    } catch (error) {
      if (error instanceof DiagnosticError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };
  assert.match(fault(rules.filter((r) => !r.from.includes('downsample.0'))).message, /main\.yaml:3.*no rule of the mapping takes the weight "layer1\.0\.downsample\.0\.weight"/s);
  assert.match(fault(rules.map((r) => (r.from === 'fc.weight' ? { ...r, layout: undefined } : r))).message, /"fc\.kernel".*has shape \[5, 48\], the graph \[48, 5\]/);
  assert.match(fault(rules.map((r) => (r.from === 'fc.bias' ? { from: 'fc.bias' } : r))).message, /has no weight "fc\.bias"/);
});

test('what a rule may say is checked with the graph', () => {
  assert.throws(() => experiment([{ from: 'a', layout: 'ohwi' }]), /expected "oihw"|did you mean "oihw"/);
  assert.throws(() => experiment([{ to: 'a' }]), /from/);
});

test('the rules of iresnet50 and iresnet100 name every weight of insightface\'s layout, with its shape', () => {
  const graph = loadGraphFile(`${root}/graphs/encoders/iresnet50.yaml`, createContext(registry), { set: ['/params/depths=[1, 1, 2, 1]'], dims: { N: 1, H: 112, W: 112 } });
  const expected = new Map(graph.weights.map((w) => [w.id, w.shape as number[]]));
  applyMapping(insightface([1, 1, 2, 1]), rulesOf('iresnet50'), expected);
  assert.deepEqual(rulesOf('iresnet100'), rulesOf('iresnet50'));
});

/** Zeros under the names and in the shapes of insightface's iresnet.py. */
function insightface(depths: readonly number[]): Map<string, WeightArray> {
  const out = new Map<string, WeightArray>();
  const put = (name: string, ...shape: number[]): void => void out.set(name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  const norm = (name: string, c: number): void => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) put(`${name}.${part}`, c);
    put(`${name}.num_batches_tracked`);
  };
  put('conv1.weight', 64, 3, 3, 3);
  norm('bn1', 64);
  put('prelu.weight', 64);
  let from = 64;
  depths.forEach((depth, stage) => {
    const c = 64 * 2 ** stage;
    for (let block = 0; block < depth; block++) {
      const at = `layer${stage + 1}.${block}`;
      norm(`${at}.bn1`, from);
      put(`${at}.conv1.weight`, c, from, 3, 3);
      norm(`${at}.bn2`, c);
      put(`${at}.prelu.weight`, c);
      put(`${at}.conv2.weight`, c, c, 3, 3);
      norm(`${at}.bn3`, c);
      if (block === 0) {
        put(`${at}.downsample.0.weight`, c, from, 1, 1);
        norm(`${at}.downsample.1`, c);
      }
      from = c;
    }
  });
  norm('bn2', 512);
  put('fc.weight', 512, 512 * 49);
  put('fc.bias', 512);
  norm('features', 512);
  return out;
}
