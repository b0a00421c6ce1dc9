import { DTYPE } from '../graph.ts';
import { algorithm, type Algorithm } from './algorithm.ts';
import { real } from './points.ts';

/** The operations that have a form of Winograd's. */
export type Kind = 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter';

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

export interface Choice {
  readonly dtype: number;
  readonly algorithm: Algorithm;
  readonly costs: Costs;
}

/**
 * Any five points will do in exact arithmetic; with the usual 0, 1, -1, 2, -2 a convolution of 256 channels is off by 2.5e-6 in float32
 * (relative L2), with these (after Barabasz et al., arXiv 1803.10986) by 1.0e-6, summed directly by 1.9e-7. In bfloat16 they are off by
 * 1.6e-2, a direct sum by 2.9e-3.
 */
const WIDE = real(0, 5 / 8, -5 / 8, 3 / 2, -3 / 2);

/**
 * With i and -i among the points all have size one or none, the matrices are exact in bfloat16, and a convolution is off by 5.6e-3 in
 * it, as one of F(2x2, 3x3) is; 46 multiplications for a tile against 36, and 64 of four smaller tiles.
 */
const ROUND = [...real(0, 1, -1), { re: 0, im: 1 }, { re: 0, im: -1 }];

const [WIDE_3, WIDE_4, ROUND_3, ROUND_4] = [algorithm(WIDE, 3), algorithm(WIDE, 4), algorithm(ROUND, 3), algorithm(ROUND, 4)];

interface Choosing {
  /** By the side of kernels. */
  readonly algorithms: Readonly<Record<number, Algorithm | undefined>>;
  readonly costs: Costs;
}

/** In bfloat16 the points with fewest multiplications, or those that round least (`docs/guide/convolutions.md`). */
export type Rounding = 'fast' | 'exact';

/** Costs: least squares over the 19 shapes of `tests/bench/winograd.ts`, within 20 % of each. */
const CHOICES: Readonly<Record<number, Readonly<Record<Kind, Choosing>> | undefined>> = {
  [DTYPE.float32]: {
    Conv2D: { algorithms: { 3: WIDE_3, 4: WIDE_4 }, costs: { patch: 227, tile: 210, kernel: 87, direct: 1 } },
    Conv2DBackpropInput: { algorithms: { 3: WIDE_3, 4: WIDE_4 }, costs: { patch: 251, tile: 281, kernel: 90, direct: 1 } },
    Conv2DBackpropFilter: { algorithms: { 3: WIDE_3, 4: WIDE_4 }, costs: { patch: 226, tile: 241, kernel: 76, direct: 1.1 } },
  },
  [DTYPE.bfloat16]: {
    Conv2D: { algorithms: { 3: WIDE_3, 4: WIDE_4 }, costs: { patch: 300, tile: 200, kernel: 128, direct: 1 } },
    Conv2DBackpropInput: { algorithms: { 3: WIDE_3, 4: WIDE_4 }, costs: { patch: 370, tile: 263, kernel: 137, direct: 1 } },
    Conv2DBackpropFilter: { algorithms: { 3: WIDE_3, 4: WIDE_4 }, costs: { patch: 322, tile: 173, kernel: 95, direct: 1.35 } },
  },
};

const EXACT: Choosing = { algorithms: { 3: ROUND_3, 4: ROUND_4 }, costs: { patch: 269, tile: 188, kernel: 128, direct: 1 } };

/** The algorithm for an operation in a dtype and kernels of a side. */
export function choiceOf(kind: Kind, dtype: number, side: number, rounding: Rounding): Choice | undefined {
  const isExact = rounding === 'exact' && dtype === DTYPE.bfloat16 && kind === 'Conv2D';
  const { algorithms, costs } = (isExact ? EXACT : CHOICES[dtype]?.[kind]) ?? {};
  const algorithm = algorithms?.[side];
  return algorithm && costs && { dtype, algorithm, costs };
}
