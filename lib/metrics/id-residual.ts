import { defineMetric, type MetricDefinition } from '../registry/metric.ts';
import type { FaceSource } from './face-source.ts';
import { cosine, outcomeOf } from './outcome.ts';
import { samplePicture, swapPicture } from './picture.ts';

export function idResidual(faces: FaceSource): MetricDefinition {
  return defineMetric({
    name: 'id-residual',
    doc: 'Cosine similarity of the identity descriptors of swap and target, mean over the swaps: how much of the target\'s identity is left.',
    better: 'lower',
    source: 'Descriptor as for csim.',
    measure: async (swaps) => {
      const measurer = await faces();
      const made = measurer.describe(swaps.map(swapPicture));
      const targets = measurer.describe(swaps.map((s) => samplePicture(s.target)));
      return outcomeOf(made.map((d, i) => cosine(d, targets[i])));
    },
  });
}
