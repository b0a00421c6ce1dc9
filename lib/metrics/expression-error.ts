import { expressions } from '../faces/networks/expressions.ts';
import { defineMetric, type MetricDefinition } from '../registry/metric.ts';
import type { FaceSource } from './face-source.ts';
import { distance, outcomeOf } from './outcome.ts';
import { samplePicture, swapPicture } from './picture.ts';

export function expressionError(faces: FaceSource): MetricDefinition {
  return defineMetric({
    name: 'expression-error',
    doc: 'Euclidean distance between the expression probabilities of swap and target (0 to 1.41), mean over the swaps in which both faces are seen.',
    better: 'lower',
    source: `Probabilities of ${expressions.join(', ')} by face-api's expression network, the whole crop resized to 112 x 112; a face is seen as for pose-error.`,
    measure: async (swaps) => {
      const measurer = await faces();
      const made = measurer.express(swaps.map(swapPicture));
      const wanted = measurer.express(swaps.map((s) => samplePicture(s.target)));
      return outcomeOf(made.map((vector, i) => {
        const other = wanted[i];
        return vector && other ? distance(vector, other) : NaN;
      }));
    },
  });
}
