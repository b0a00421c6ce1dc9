import { DTYPE } from '../graph.ts';
import { algorithm, type Algorithm } from './algorithm.ts';

/** The operations that have a form of Winograd's. */
export type Kind = 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter';

/**
 * Any five points will do in exact arithmetic; with the usual 0, 1, -1, 2, -2 a convolution of 256 channels is off by 2.5e-6 in float32
 * (relative L2), with these (after Barabasz et al., arXiv 1803.10986) by 1.0e-6, summed directly by 1.9e-7. In bfloat16: 3.2e-2, 1.6e-2
 * and 2.9e-3; `docs/guide/convolutions.md` tells what that does to steps and predictions.
 */
const POINTS = [0, 5 / 8, -5 / 8, 3 / 2, -3 / 2];

/** By the side of kernels: tiles of 4x4 and 3x3 outputs. */
const ALGORITHMS: Readonly<Record<number, Algorithm | undefined>> = { 3: algorithm(POINTS, 3), 4: algorithm(POINTS, 4) };

/**
 * What moving one number of a patch, tile or kernel to or from the points costs on a processor, in multiplications and additions of a
 * direct convolution; and what one of them costs where the operation itself is summed directly.
 */
export interface Costs {
  readonly patch: number;
  readonly tile: number;
  readonly kernel: number;
  readonly direct: number;
}

/** Least squares over the shapes of `tests/bench/winograd.ts` and six more, within 20 % of each. */
const COSTS: Readonly<Record<number, Readonly<Record<Kind, Costs>> | undefined>> = {
  [DTYPE.float32]: {
    Conv2D: { patch: 227, tile: 210, kernel: 87, direct: 1 },
    Conv2DBackpropInput: { patch: 251, tile: 281, kernel: 90, direct: 1 },
    Conv2DBackpropFilter: { patch: 226, tile: 241, kernel: 76, direct: 1.1 },
  },
  [DTYPE.bfloat16]: {
    Conv2D: { patch: 300, tile: 200, kernel: 128, direct: 1 },
    Conv2DBackpropInput: { patch: 370, tile: 263, kernel: 137, direct: 1 },
    Conv2DBackpropFilter: { patch: 322, tile: 173, kernel: 95, direct: 1.35 },
  },
};

export interface Choice {
  readonly dtype: number;
  readonly algorithm: Algorithm;
  readonly costs: Costs;
}

/** The algorithm for an operation in a dtype and kernels of a side. */
export function choiceOf(kind: Kind, dtype: number, side: number): Choice | undefined {
  const [algorithm, costs] = [ALGORITHMS[side], COSTS[dtype]?.[kind]];
  return algorithm && costs && { dtype, algorithm, costs };
}
