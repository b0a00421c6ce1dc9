import { landmarksIn } from '../../../faces/find.ts';
import { packageVersion } from '../versions.ts';
import { defineStage, eachFace } from '../stage.ts';

/** face-api's 68 landmarks. */
export const landmarks68Stage = defineStage({
  name: 'landmarks-68',
  role: 'landmarks',
  doc: "68 landmarks by @vladmandic/face-api's network, looked for in upright and mirrored crops until they settle.",
  attrs: {},
  versions: () => ({ '@vladmandic/face-api': packageVersion('@vladmandic/face-api') }),
  open: (_attrs, { networks }) => eachFace((photo, face) => ({ ...face, ...landmarksIn(photo.image, face.box, networks) })),
});
