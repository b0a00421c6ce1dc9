import { alignFace } from '../../../faces/align.ts';
import type { Similarity } from '../../../faces/similarity.ts';
import { composeSimilarity, scaling } from '../../../faces/similarity.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';
import type { Json } from '../stage.ts';

/** Aligned crops at each size. */
export const cropStage = defineStage({
  name: 'crops',
  role: 'crop',
  doc: 'Aligned crops, anti-aliased, with their transforms from the photograph and the share of each that lies inside it.',
  attrs: {
    sizes: { type: 'array', items: { type: 'integer', minimum: 16, maximum: 2048 }, minItems: 1, default: [256, 112], description: 'Sides of the crops, in pixels.' },
  },
  open: (attrs) => eachFace((photo, face) => {
    const landmarks = landmarksOf(face, 'crop');
    const pictures = { ...face.pictures };
    const transforms: Record<string, Json> = {};
    let coverage = 1;
    for (const size of attrs.sizes) {
      const aligned = alignFace(photo.image, landmarks, { size, template: face.template });
      pictures[`image-${size}`] = aligned.image;
      transforms[String(size)] = transformJson(composeSimilarity(scaling(photo.scale), aligned.toCrop));
      coverage = aligned.coverage;
    }
    return { ...face, pictures, fields: { ...face.fields, transforms, coverage: round(coverage, 4) } };
  }),
});

/** Photograph -> crop, in the photograph's own pixels. */
function transformJson(t: Similarity): Json {
  return { a: round(t.a, 9), b: round(t.b, 9), tx: round(t.tx, 6), ty: round(t.ty, 6) };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
