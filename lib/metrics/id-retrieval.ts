import type { Sample } from '../registry/dataset.ts';
import { defineMetric, type MetricDefinition, type SwapResult } from '../registry/metric.ts';
import type { FaceSource } from './face-source.ts';
import { cosine } from './outcome.ts';
import { samplePicture, swapPicture } from './picture.ts';

export function idRetrieval(faces: FaceSource): MetricDefinition {
  return defineMetric({
    name: 'id-retrieval',
    doc: 'Percentage of the swaps whose nearest neighbour in the gallery shows the source\'s identity. The gallery holds every source and every target of the evaluated swaps once, '
      + 'so it grows with their number: compare only equal numbers. A swap without a finite descriptor counts as wrong and as a failure.',
    unit: '%',
    better: 'higher',
    source: 'Nearest by the cosine of the descriptors of csim; the first in the gallery wins a tie.',
    measure: async (swaps) => {
      const measurer = await faces();
      const gallery = galleryOf(swaps);
      const known = measurer.describe(gallery.map(samplePicture));
      const made = measurer.describe(swaps.map(swapPicture));
      const found = made.map((d) => nearest(d, known));
      const perSwap = found.map((at, i): number => (at !== undefined && gallery[at].identity === swaps[i].source.identity ? 100 : 0));
      const value = perSwap.reduce((sum, v) => sum + v, 0) / perSwap.length;
      return { value, perSwap, failures: found.filter((at) => at === undefined).length };
    },
  });
}

function galleryOf(swaps: readonly SwapResult[]): Sample[] {
  return [...new Map(swaps.flatMap((s) => [s.source, s.target]).map((sample) => [sample.id, sample])).values()];
}

/** Index of the most similar descriptor; undefined where none compares. */
function nearest(descriptor: Float32Array, known: readonly Float32Array[]): number | undefined {
  let best: number | undefined;
  let most = -Infinity;
  known.forEach((other, i) => {
    const similarity = cosine(descriptor, other);
    if (similarity > most) [best, most] = [i, similarity];
  });
  return best;
}
