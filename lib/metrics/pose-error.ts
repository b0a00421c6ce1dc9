import type { Pose } from '../faces/pose.ts';
import { defineMetric, type MetricDefinition } from '../registry/metric.ts';
import type { FaceSource } from './face-source.ts';
import { largestUnrest } from './largest-unrest.ts';
import { outcomeOf } from './outcome.ts';
import { samplePicture, swapPicture } from './picture.ts';

export function poseError(faces: FaceSource): MetricDefinition {
  return defineMetric({
    name: 'pose-error',
    doc: 'Euclidean distance between the (yaw, pitch, roll) estimated on swap and on target, mean over the swaps in which both faces are seen.',
    unit: 'degrees',
    better: 'lower',
    source: '68 landmarks by face-api\'s network as `prepare` finds them (median over ten differently laid and mirrored crops); the pose is that of a mean face\'s landmarks laid onto them by '
      + `weighted least squares under weak perspective. No face is seen where the ten crops' landmarks lie further than ${largestUnrest} distances between the eyes (root mean square) from their median.`,
    measure: async (swaps) => {
      const measurer = await faces();
      const made = measurer.pose(swaps.map(swapPicture));
      const wanted = measurer.pose(swaps.map((s) => samplePicture(s.target)));
      return outcomeOf(made.map((pose, i) => poseDistance(pose, wanted[i])));
    },
  });
}

/** Euclidean distance in degrees of two poses, each difference the short way round; NaN where one is missing. */
export function poseDistance(a: Pose | undefined, b: Pose | undefined): number {
  if (!a || !b) return NaN;
  const short = (x: number): number => Math.abs(((x % 360) + 540) % 360 - 180);
  return Math.hypot(short(a.yaw - b.yaw), short(a.pitch - b.pitch), short(a.roll - b.roll));
}
