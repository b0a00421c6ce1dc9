import type { Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tf.ts';
import { alignFace } from '../../../faces/align.ts';
import { pixelsTensor } from '../../../faces/detect.ts';
import type { Image } from '../../../faces/image.ts';
import { expressions } from '../../../faces/networks/expressions.ts';
import { recognitionSize } from '../../../faces/networks/recognition.ts';
import { extractorSize } from '../../../faces/networks/dense-extractor.ts';
import { packageVersion } from '../versions.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';
import type { Json } from '../stage.ts';

/** Expression and identity descriptor. */
export const faceApiMeasureStage = defineStage({
  name: 'face-api',
  role: 'measure',
  doc: "Seven expression probabilities and the 128-d recognition descriptor by @vladmandic/face-api's networks, on ArcFace crops.",
  attrs: {
    descriptor: { type: 'boolean', default: true, description: 'Whether the descriptor is kept; grouping photographs by person needs it.' },
  },
  versions: () => ({ '@vladmandic/face-api': packageVersion('@vladmandic/face-api') }),
  open: (attrs, { networks }) => eachFace((photo, face) => {
    const landmarks = landmarksOf(face, 'measure');
    const made = (size: number): Image => (face.template === 'arcface' ? (face.pictures[`image-${size}`] as Image | undefined) : undefined) ?? alignFace(photo.image, landmarks, { size }).image;
    const values = (size: number, run: typeof networks.express): Float32Array => {
      const input = pixelsTensor([made(size)]);
      const output: Tensor2D = run(input);
      const data = output.dataSync() as Float32Array;
      tf.dispose([input, output]);
      return data;
    };
    const probabilities = values(extractorSize, networks.express);
    const fields: Record<string, Json> = {
      expression: Object.fromEntries(expressions.map((name, i) => [name, round(probabilities[i])])),
    };
    if (attrs.descriptor) fields['descriptor'] = Array.from(values(recognitionSize, networks.describe), round);
    return { ...face, fields: { ...face.fields, ...fields } };
  }),
});

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
