import { defineMetric, type SwapResult } from '../registry/metric.ts';
import { outcomeOf } from './outcome.ts';
import { plane } from './picture.ts';

/** Equal pictures would be infinitely good; they get this. */
const ceiling = 100;

export const psnrOutsideMask = defineMetric({
  name: 'psnr-outside-mask',
  doc: `Peak signal-to-noise ratio of the swap against the target over the pixels whose target mask is below 0.5, at most ${ceiling} dB, mean over the swaps: how well all but the face is kept.`,
  unit: 'dB',
  better: 'higher',
  source: '-10 log10 of the mean squared difference of RGB values in [0, 1]; the mask is the data set\'s. A target without a mask, or all face, is a failure.',
  measure: async (swaps) => outcomeOf(swaps.map(psnr)),
});

function psnr({ swap, target }: SwapResult): number {
  const [image, mask] = [plane(target, 'image'), plane(target, 'mask')];
  if (!image || !mask || image.length !== swap.length || mask.length * 3 !== swap.length) return NaN;
  let [sum, count] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] >= 0.5) continue;
    for (let c = 3 * i; c < 3 * i + 3; c++) sum += (swap[c] - image[c]) ** 2;
    count += 3;
  }
  return count === 0 ? NaN : Math.min(ceiling, -10 * Math.log10(sum / count));
}
