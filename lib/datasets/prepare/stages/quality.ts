import { interOcular } from '../../../faces/landmarks.ts';
import type { Image } from '../../../faces/image.ts';
import { perceptualHash } from '../../../faces/perceptual-hash.ts';
import { brightness, sharpness } from '../../../faces/sharpness.ts';
import { alignFace } from '../../../faces/align.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';
import type { FaceWork, Json } from '../stage.ts';

/** Checks that mark faces as not to be used. */
export const checksStage = defineStage({
  name: 'checks',
  role: 'quality',
  doc: 'Marks faces that are too small, blurred, cut off, too dark or light, or whose landmarks are unsteady; and hashes them for finding near-duplicates.',
  attrs: {
    'min-eye-distance': { type: 'number', minimum: 0, default: 16, description: 'Smallest distance between the eyes, in pixels of the photograph (problem: small).' },
    'min-sharpness': { type: 'number', minimum: 0, default: 0.12, description: 'Smallest sharpness of the 112 crop (problem: blurred).' },
    'min-coverage': { type: 'number', minimum: 0, maximum: 1, default: 0.85, description: 'Smallest share of the crop inside the photograph (problem: cut-off).' },
    'max-unrest': { type: 'number', minimum: 0, default: 0.12, description: "Largest disagreement of the landmark network's looks, in inter-ocular distances (problem: unsteady)." },
    'min-brightness': { type: 'number', minimum: 0, maximum: 255, default: 12, description: 'Smallest mean lightness (problem: dark).' },
    'max-brightness': { type: 'number', minimum: 0, maximum: 255, default: 245, description: 'Largest mean lightness (problem: overexposed).' },
  },
  open: (attrs) => eachFace((photo, face) => {
    const landmarks = landmarksOf(face, 'quality');
    const { image, coverage } = alignFace(photo.image, landmarks, { size: 112, template: face.template });
    const eyes = interOcular(landmarks) / photo.scale;
    const measured = { sharpness: round(sharpness(image)), brightness: round(brightness(image)), 'eye-distance': round(eyes) };
    const problems = [
      eyes < attrs['min-eye-distance'] && 'small',
      measured.sharpness < attrs['min-sharpness'] && 'blurred',
      coverage < attrs['min-coverage'] && 'cut-off',
      (face.unrest ?? 0) > attrs['max-unrest'] && 'unsteady',
      measured.brightness < attrs['min-brightness'] && 'dark',
      measured.brightness > attrs['max-brightness'] && 'overexposed',
    ].filter((problem): problem is string => problem !== false);
    const fields: Record<string, Json> = { ...face.fields, ...measured, hash: perceptualHash(hashed(face, image)) };
    return { ...face, fields, problems: [...face.problems, ...problems] };
  }),
});

/** The largest crop that was made, else the 112 one. */
function hashed(face: FaceWork, fallback: Image): Image {
  const crops = Object.entries(face.pictures).filter(([name]) => name.startsWith('image-')).map(([, picture]) => picture);
  return crops.reduce((best, crop) => (crop.width > best.width ? crop : best), fallback);
}

function round(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
