import { tiles, type Tiling } from './tables.ts';

/**
 * What Winograd's form costs, in multiplications and additions that a convolution could do in the same time. Measured on two cores with
 * avx512 (`tests/bench/profile.ts`): a number of a patch takes as long as 200 of them to gather and transform, a number of a tile 204, a
 * number of a kernel 55; products of matrices run as fast as convolutions.
 */
const COST = { patch: 200, tile: 204, kernel: 55 } as const;
/** Below this share of the direct cost it is chosen: estimates are off where tensors are much larger than the processor's cache. */
const WORTH = 0.65;

/** Whether a 3x3 convolution of these channels is faster by Winograd's form; its gradients cost about the same as itself. */
export function pays(tiling: Tiling, channels: number, filters: number): boolean {
  const count = tiles(tiling);
  const products = 2 * 36 * count * channels * filters;
  const moves = 36 * COST.patch * count * channels + 16 * COST.tile * count * filters + 36 * COST.kernel * channels * filters;
  const direct = 2 * 9 * tiling.n * tiling.h * tiling.w * channels * filters;
  return products + moves < WORTH * direct;
}
