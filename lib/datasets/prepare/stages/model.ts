import { alignFace } from '../../../faces/align.ts';
import type { Plane } from '../../../faces/image.ts';
import type { Point, Similarity } from '../../../faces/similarity.ts';
import { applySimilarity, invertSimilarity } from '../../../faces/similarity.ts';
import { warp } from '../../../faces/warp.ts';
import { graphModelContents, openGraphModel } from '../graph-model.ts';
import type { GraphModel, GraphModelOptions } from '../graph-model.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';
import type { FaceWork, Stage } from '../stage.ts';

const modelAttrs = {
  graph: { type: 'string', description: 'A graph file of one input [N, H, W, 3] in [0, 1].' },
  weights: { type: 'string', optional: true, description: 'Its weights: a safetensors file in our names. Needed unless the graph has none.' },
  output: { type: 'string', optional: true, description: 'Which of its outputs; default the last, and of a list its last item.' },
  size: { type: 'integer', minimum: 16, maximum: 2048, default: 256, description: 'Side of the crop that the model sees, in pixels.' },
} as const;

/** A mask by a model of ours. */
export const modelMaskStage = defineStage({
  name: 'model',
  role: 'mask',
  doc: 'A mask by any graph: an output of one channel is the mask in [0, 1]; of several, scores whose softmax is summed over `classes` (BiSeNet: skin, brows, eyes, nose, lips).',
  attrs: {
    ...modelAttrs,
    classes: { type: 'array', items: { type: 'integer', minimum: 0 }, default: [1, 2, 3, 4, 5, 10, 11, 12, 13], description: 'Classes that are face, where the output has several channels.' },
  },
  paths: ['graph', 'weights'],
  contents: graphModelContents,
  open: (attrs) => pictureStage('mask', attrs, attrs.size, attrs.classes),
});

/** A depth map by a model of ours. */
export const modelDepthStage = defineStage({
  name: 'model',
  role: 'depth',
  doc: 'A depth map by any graph: an output of one channel in [0, 1], 1 nearest and 0 where there is no surface.',
  attrs: modelAttrs,
  paths: ['graph', 'weights'],
  contents: graphModelContents,
  open: (attrs) => pictureStage('depth', attrs, attrs.size, []),
});

/** Landmarks by a model of ours. */
export const modelLandmarkStage = defineStage({
  name: 'model',
  role: 'landmarks',
  doc: '68 landmarks by any graph on a square about the detected box: heat maps [H, W, 68] (FAN), whose peaks are taken between pixels, or 136 shares of the side, x and y in turn.',
  attrs: {
    ...modelAttrs,
    margin: { type: 'number', minimum: 0.5, maximum: 4, default: 1.3, description: "Side of the square, in sides of the detector's box." },
  },
  paths: ['graph', 'weights'],
  contents: graphModelContents,
  open: (attrs) => {
    const model = openGraphModel(modelOptions(attrs));
    const stage = eachFace((photo, face) => {
      const toCrop = boxSquare(face, attrs.size, attrs.margin);
      const { shape, data } = model.run(warp(photo.image, toCrop, attrs.size).image);
      const back = invertSimilarity(toCrop);
      return { ...face, landmarks: readPoints(shape, data, attrs.size).map((point) => rounded(applySimilarity(back, point))) };
    });
    return { ...stage, close: () => model.dispose() };
  },
});

interface ModelAttributes {
  readonly graph: string;
  readonly weights?: string;
  readonly output?: string;
}

function modelOptions({ graph, weights, output }: ModelAttributes): GraphModelOptions {
  return { graph, ...(weights === undefined ? {} : { weights }), ...(output === undefined ? {} : { output }) };
}

function pictureStage(kind: 'mask' | 'depth', attrs: ModelAttributes, size: number, classes: readonly number[]): Stage {
  const model: GraphModel = openGraphModel(modelOptions(attrs));
  const stage = eachFace((photo, face) => {
    const { image } = alignFace(photo.image, landmarksOf(face, kind), { size, ...(face.template ? { template: face.template } : {}) });
    const { shape, data } = model.run(image);
    return { ...face, pictures: { ...face.pictures, [`${kind}-${shape[0]}`]: plane(shape, data, classes) } };
  });
  return { ...stage, close: () => model.dispose() };
}

/** [S, S, 1] in [0, 1], or class scores [S, S, C], as a plane. */
function plane(shape: readonly number[], data: Float32Array, classes: readonly number[]): Plane {
  const [height, width, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || height !== width) throw new Error(`a mask or depth model gives [S, S, C], this one gave [${shape.join(', ')}]`);
  const out = new Uint8Array(height * width);
  for (let i = 0; i < out.length; i++) {
    const value = channels === 1 ? data[i] : classShare(data.subarray(i * channels, (i + 1) * channels), classes);
    out[i] = Math.round(Math.min(1, Math.max(0, value)) * 255);
  }
  return { width, height, data: out };
}

function classShare(scores: Float32Array, classes: readonly number[]): number {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  return classes.reduce((sum, c) => sum + (powers[c] ?? 0), 0) / powers.reduce((sum, p) => sum + p, 0);
}

function boxSquare({ box }: FaceWork, size: number, margin: number): Similarity {
  const a = size / (Math.max(box.width, box.height) * margin);
  return { a, b: 0, tx: size / 2 - a * (box.x + box.width / 2), ty: size / 2 - a * (box.y + box.height / 2) };
}

/** 68 points in the pixels of the crop from heat maps or shares of its side. */
export function readPoints(shape: readonly number[], data: Float32Array, size: number): Point[] {
  if (data.length === 136) return Array.from({ length: 68 }, (_, i): Point => [data[2 * i] * size, data[2 * i + 1] * size]);
  const [height, width, count] = shape;
  if (shape.length !== 3 || count !== 68) throw new Error(`a landmark model gives [H, W, 68] or 136 numbers, this one gave [${shape.join(', ')}]`);
  return Array.from({ length: 68 }, (_, k): Point => {
    const at = (x: number, y: number) => data[(y * width + x) * 68 + k];
    let best = 0;
    for (let i = 1; i < height * width; i++) if (data[i * 68 + k] > data[best * 68 + k]) best = i;
    const [x, y] = [best % width, Math.floor(best / width)];
    // A quarter pixel towards the higher neighbour, as FAN's own decoding does.
    const dx = x > 0 && x < width - 1 ? 0.25 * Math.sign(at(x + 1, y) - at(x - 1, y)) : 0;
    const dy = y > 0 && y < height - 1 ? 0.25 * Math.sign(at(x, y + 1) - at(x, y - 1)) : 0;
    return [((x + 0.5 + dx) * size) / width, ((y + 0.5 + dy) * size) / height];
  });
}

function rounded([x, y]: Point): Point {
  return [Math.round(x * 1000) / 1000, Math.round(y * 1000) / 1000];
}
