import { defineMetric, type MetricDefinition } from '../registry/metric.ts';
import type { FaceSource } from './face-source.ts';
import { cosine, outcomeOf } from './outcome.ts';
import { samplePicture, swapPicture } from './picture.ts';

export function csim(faces: FaceSource): MetricDefinition {
  return defineMetric({
    name: 'csim',
    doc: 'Cosine similarity of the identity descriptors of swap and source, mean over the swaps. The descriptors are not centred, so strangers lie well above 0: compare with the controls.',
    better: 'higher',
    source: 'Descriptor: face-api\'s face recognition network (dlib\'s ResNet, 128 numbers), the whole crop resized to 150 x 150.',
    measure: async (swaps) => {
      const measurer = await faces();
      const made = measurer.describe(swaps.map(swapPicture));
      const sources = measurer.describe(swaps.map((s) => samplePicture(s.source)));
      return outcomeOf(made.map((d, i) => cosine(d, sources[i])));
    },
  });
}
