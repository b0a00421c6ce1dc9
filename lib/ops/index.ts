import type { Op } from '../registry/op.ts';
import { avgPool } from './avg-pool.ts';
import { concat } from './concat.ts';
import { flatten } from './flatten.ts';
import { gather } from './gather.ts';
import { identity } from './identity.ts';
import { listDrop } from './list-drop.ts';
import { listItem } from './list-item.ts';
import { listReverse } from './list-reverse.ts';
import { list } from './list.ts';
import { maxPool } from './max-pool.ts';
import { max } from './max.ts';
import { meanList } from './mean-list.ts';
import { mean } from './mean.ts';
import { min } from './min.ts';
import { oneHot } from './one-hot.ts';
import { reduce } from './reduce.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { slice } from './slice.ts';
import { split } from './split.ts';
import { sumList } from './sum-list.ts';
import { sum } from './sum.ts';
import { swapHalves } from './swap-halves.ts';

/** Every op that ships: one import and one line per op. */
export const standardOps: readonly Op[] = [
  avgPool,
  concat,
  flatten,
  gather,
  identity,
  list,
  listDrop,
  listItem,
  listReverse,
  max,
  maxPool,
  mean,
  meanList,
  min,
  oneHot,
  reduce,
  reshape,
  resize,
  slice,
  split,
  sum,
  sumList,
  swapHalves,
];
