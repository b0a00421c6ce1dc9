import { fivePoints } from '../../../faces/landmarks.ts';
import { poseFromLandmarks } from '../../../faces/pose.ts';
import { templates } from '../../../faces/templates.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';

/** Five points and the template of the crop. */
export const fivePointStage = defineStage({
  name: 'five-points',
  role: 'align',
  doc: 'Five points from the 68 landmarks; the crops are laid by the least-squares similarity onto a template. Head pose by fitting a mean face.',
  attrs: {
    template: { type: 'string', enum: templates, default: 'arcface', description: 'arcface, arcface-opencv (the pixels of norm_crop) or ffhq (the whole head).' },
  },
  open: (attrs) => eachFace((_photo, face) => {
    const landmarks = landmarksOf(face, 'align');
    const { yaw, pitch, roll } = poseFromLandmarks(landmarks);
    return { ...face, points: fivePoints(landmarks), template: attrs.template, fields: { ...face.fields, pose: { yaw, pitch, roll } } };
  }),
});
