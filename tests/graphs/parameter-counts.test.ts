import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskFiles, type Files } from '../../lib/compose/files.ts';
import { createContext, loadGraphFile } from '../../lib/plan/load.ts';
import { measureGraph } from '../../lib/plan/measure.ts';
import { dimText } from '../../lib/shape/dim.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';

const registry = standardRegistry();
const context = createContext(registry);

interface Count {
  readonly file: string;
  /** Published millions of parameters, to the digits they are published with. */
  readonly millions: string;
  readonly dims?: Record<string, number>;
  readonly set?: readonly string[];
}

// Counted from the IR alone: no weight is allocated.
const PUBLISHED: readonly Count[] = [
  { file: 'generators/facechanger', millions: '138.6', dims: { D: 512 } },
  { file: 'generators/simswap', millions: '55.05', dims: { D: 512 } },
  { file: 'generators/aei', millions: '372', dims: { D: 256 } },
  { file: 'encoders/aei-attributes', millions: '67.09' },
  { file: 'encoders/iresnet50', millions: '43.59' },
  { file: 'encoders/iresnet100', millions: '65.16' },
  { file: 'encoders/fan-4', millions: '23.82' },
  { file: 'encoders/vgg16', millions: '14.71' },
  { file: 'encoders/vgg19', millions: '20.02' },
  { file: 'encoders/clip-image', millions: '87.85' },
  { file: 'encoders/clip-text', millions: '63.43' },
  { file: 'encoders/face-recognition', millions: '5.6' },
  { file: 'critics/patchgan', millions: '2.77' },
  { file: 'blocks/fan-hourglass', millions: '5.28', dims: { C: 256 } },
];

for (const { file, millions, dims } of PUBLISHED) {
  test(`${file} has ${millions} M parameters, as published`, () => {
    const graph = loadGraphFile(`graphs/${file}.yaml`, context, dims ? { dims } : {});
    const { parameters } = measureGraph(graph, registry);
    assert.equal(typeof parameters, 'number', `still symbolic: ${dimText(parameters)}`);
    const digits = millions.split('.')[1]?.length ?? 0;
    assert.equal((Number(parameters) / 1e6).toFixed(digits), millions);
  });
}

test('FaceDancer has the 24,505,894 parameters that the layers of its published code sum to', () => {
  const { parameters } = measureGraph(loadGraphFile('graphs/generators/facedancer.yaml', context, { dims: { D: 512 } }), registry);
  assert.equal(Number(parameters), 24_505_894);
});

test('the weights of iresnet50 are named as in its checkpoints', () => {
  const { weights } = loadGraphFile('graphs/encoders/iresnet50.yaml', context);
  const layers = new Set(weights.map((w) => w.id.replace(/\.[^.]*$/, '')));
  for (const name of ['conv1', 'bn1', 'prelu', 'layer1.0.bn1', 'layer1.0.downsample.0', 'layer1.0.downsample.1', 'layer3.13.conv2', 'layer4.2.bn3', 'bn2', 'fc', 'features']) {
    assert.ok(layers.has(name), `no layer ${name}`);
  }
  assert.ok(!layers.has('layer1.1.downsample.0'), 'only the first block of a stage changes its size');
});

test('layers beyond the last tap of a VGG are pruned', () => {
  const text = `
kind: graph
name: taps
inputs: { image: [N, H, W, 3] }
nodes: { features: { graph: ./encoders/vgg16.yaml, in: image, take: { taps: [relu1-2, relu2-2] } }, taps: { op: list, in: features.taps } }
outputs: { taps: taps }
`;
  const folder = new URL('../../graphs/', import.meta.url).pathname;
  const graph = loadGraphFile(`${folder}taps.yaml`, createContext(registry, overlay(`${folder}taps.yaml`, text)));
  const { parameters } = measureGraph(graph, registry);
  assert.equal(parameters, 9 * (3 * 64 + 64 * 64 + 64 * 128 + 128 * 128) + 2 * 64 + 2 * 128);
  assert.equal(graph.outputs.taps.length, 2);
});

const overlay = (file: string, text: string): Files => diskFiles(new Map([[file, text]]));
