import type { Op } from '../registry/op.ts';
import { absoluteDifference } from './absolute-difference.ts';
import { add } from './add.ts';
import { affine } from './affine.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { cosineDistance } from './cosine-distance.ts';
import { flatten } from './flatten.ts';
import { formula } from './formula.ts';
import { gather } from './gather.ts';
import { groupNorm } from './group-norm.ts';
import { identity } from './identity.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { listDrop } from './list-drop.ts';
import { listItem } from './list-item.ts';
import { listReverse } from './list-reverse.ts';
import { list } from './list.ts';
import { maxPool } from './max-pool.ts';
import { max } from './max.ts';
import { meanList } from './mean-list.ts';
import { mean } from './mean.ts';
import { min } from './min.ts';
import { multiply } from './multiply.ts';
import { norm } from './norm.ts';
import { oneHot } from './one-hot.ts';
import { reduce } from './reduce.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { scaleChannels } from './scale-channels.ts';
import { shiftChannels } from './shift-channels.ts';
import { sigmoid } from './sigmoid.ts';
import { slice } from './slice.ts';
import { softplus } from './softplus.ts';
import { split } from './split.ts';
import { squaredDifference } from './squared-difference.ts';
import { subtract } from './subtract.ts';
import { sumList } from './sum-list.ts';
import { sum } from './sum.ts';
import { swapHalves } from './swap-halves.ts';
import { tanh } from './tanh.ts';

/** Every op that ships: one import and one line per op. */
export const standardOps: readonly Op[] = [
  absoluteDifference,
  add,
  affine,
  avgPool,
  batchNorm,
  concat,
  conv2d,
  cosineDistance,
  flatten,
  formula,
  gather,
  groupNorm,
  identity,
  instanceNorm,
  layerNorm,
  leakyRelu,
  linear,
  list,
  listDrop,
  listItem,
  listReverse,
  max,
  maxPool,
  mean,
  meanList,
  min,
  multiply,
  norm,
  oneHot,
  reduce,
  relu,
  reshape,
  resize,
  scaleChannels,
  shiftChannels,
  sigmoid,
  slice,
  softplus,
  split,
  squaredDifference,
  subtract,
  sum,
  sumList,
  swapHalves,
  tanh,
];
