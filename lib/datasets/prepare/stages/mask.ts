import { landmarkMask } from '../../../faces/mask.ts';
import { applySimilarity } from '../../../faces/similarity.ts';
import { cropSimilarity } from '../../../faces/templates.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';

/** A face mask from the landmarks' hull. */
export const hullMaskStage = defineStage({
  name: 'hull',
  role: 'mask',
  doc: 'The convex hull of jaw and brows, raised over the forehead by the rule of thirds. It does not see hair, hands or glasses over the face.',
  attrs: {
    size: { type: 'integer', minimum: 16, maximum: 2048, default: 256, description: 'Side of the mask, in pixels.' },
    softness: { type: 'number', minimum: 0, default: 1, description: "Width of the edge's ramp, in pixels of the mask." },
    forehead: { type: 'number', minimum: 0, maximum: 2, default: 0.8, description: 'How far the forehead is taken in, in heights from brows to nose base.' },
  },
  open: (attrs) => eachFace((_photo, face) => {
    const landmarks = landmarksOf(face, 'mask');
    if (face.points === undefined) throw new Error('the stage "mask" needs aligned faces, and no stage before it aligns them');
    const toCrop = cropSimilarity(face.points, attrs.size, face.template);
    const placed = landmarks.map((point) => applySimilarity(toCrop, point));
    const mask = landmarkMask(placed, attrs.size, { softness: attrs.softness, forehead: attrs.forehead });
    return { ...face, pictures: { ...face.pictures, [`mask-${attrs.size}`]: mask } };
  }),
});
