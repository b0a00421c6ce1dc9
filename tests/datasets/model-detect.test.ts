import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPipeline, stageNamed } from '../../lib/datasets/prepare/pipeline.ts';
import { standardStages } from '../../lib/datasets/prepare/stages/index.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { blankImage } from '../../lib/faces/image.ts';
import { yolo5FaceAnchors, yoloBoxes } from '../../lib/faces/yolo.ts';

const logit = (p: number): number => Math.log(p / (1 - p));

test('the numbers of a cell become the box that the published formula gives', () => {
  // Two strides of two anchors, 16 values each as in YOLO5Face; one anchor of one cell of the coarse map speaks.
  const head = { size: 64, strides: [16, 32], anchors: [4, 5, 8, 10, 20, 30, 40, 50] };
  const [fine, coarse] = [new Float32Array(4 * 4 * 32).fill(-20), new Float32Array(2 * 2 * 32).fill(-20)];
  const at = (2 * 1 + 0) * 32 + 16;
  coarse.set([logit(0.5), logit(0.75), logit(0.5), logit(0.25), logit(0.9)], at);
  coarse[at + 15] = logit(0.8);
  const [box, ...others] = yoloBoxes([{ shape: [2, 2, 32], data: coarse }, { shape: [4, 4, 32], data: fine }], head, 0.5);
  assert.equal(others.length, 0);
  const [cx, cy, width, height] = [(2 * 0.5 - 0.5 + 0) * 32, (2 * 0.75 - 0.5 + 1) * 32, (2 * 0.5) ** 2 * 40, (2 * 0.25) ** 2 * 50];
  const expected = { x: cx - width / 2, y: cy - height / 2, width, height, score: 0.9 * 0.8 };
  for (const [name, value] of Object.entries(expected)) assert.ok(Math.abs(box[name as keyof typeof box] - value) < 1e-4, `${name}: ${box[name as keyof typeof box]}, expected ${value}`);
});

test("the default anchors are those of YOLO5Face's models of three strides", () => {
  // deepcam-cn/yolov5-face, models/yolov5s.yaml: three anchors each at P3/8, P4/16 and P5/32
  assert.deepEqual(yolo5FaceAnchors, [...[4, 5, 8, 10, 13, 16], ...[23, 29, 43, 55, 73, 105], ...[146, 217, 231, 300, 335, 433]]);
  const stage = standardStages.find(({ role, name }) => role === 'detect' && name === 'model');
  assert.deepEqual([stage?.attrs['anchors'].default, stage?.attrs['strides'].default], [yolo5FaceAnchors, [8, 16, 32]]);
});

test('maps that do not fit the head are told with their shapes', () => {
  const map = { shape: [3, 3, 32], data: new Float32Array(288) };
  assert.throws(() => yoloBoxes([map], { size: 64, strides: [32], anchors: [4, 5, 8, 10] }, 0.5), /stride 32 gives \[2, 2, 2 x 6 or more\], this one gave \[3, 3, 32\]/);
  assert.throws(() => yoloBoxes([map], { size: 96, strides: [16, 32], anchors: [4, 5, 8, 10, 1, 1] }, 0.5), /as many anchors/);
});

test('the pipeline with the stand-in graph finds what is bright, in the pixels of the photograph', async () => {
  await loadEngine({ engine: 'auto' });
  const pipeline = readPipeline(join(import.meta.dirname, '../../experiments/prepare/model-detector.yaml'));
  const [detect] = pipeline.stages;
  assert.equal(detect.role, 'detect');
  const stage = await stageNamed(detect, standardStages).open(detect.attrs, { networks: undefined as never });
  const image = blankImage(1024, 512);
  // one cell of the 512 square, 64 x 64 pixels of the photograph
  for (let y = 128; y < 192; y++) image.data.fill(255, (y * 1024 + 256) * 3, (y * 1024 + 320) * 3);
  const faces = await stage.run({ name: 'x', image, scale: 1 }, []);
  assert.equal(faces.length, 1);
  const { x, y, width, height, score } = faces[0].box;
  assert.deepEqual([x, y, width, height].map(Math.round), [160, 32, 256, 256]);
  assert.ok(score > 0.99);
  assert.deepEqual(await stage.run({ name: 'dark', image: blankImage(64, 64), scale: 1 }, []), []);
  stage.close?.();
});
