import type { Op } from '../registry/op.ts';
import { absoluteDifference } from './absolute-difference.ts';
import { adaptiveAvgPool } from './adaptive-avg-pool.ts';
import { add } from './add.ts';
import { affineWarp } from './affine-warp.ts';
import { affine } from './affine.ts';
import { argmax } from './argmax.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { blur } from './blur.ts';
import { cast } from './cast.ts';
import { channelShuffle } from './channel-shuffle.ts';
import { concat } from './concat.ts';
import { constant } from './constant.ts';
import { conv2d } from './conv2d.ts';
import { cosineDistance } from './cosine-distance.ts';
import { cropResize } from './crop-resize.ts';
import { cumprod } from './cumprod.ts';
import { cumsum } from './cumsum.ts';
import { dilate } from './dilate.ts';
import { dropPath } from './drop-path.ts';
import { dropout } from './dropout.ts';
import { equal } from './equal.ts';
import { erode } from './erode.ts';
import { expandDims } from './expand-dims.ts';
import { expand } from './expand.ts';
import { flatten } from './flatten.ts';
import { formula } from './formula.ts';
import { gather } from './gather.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { greater } from './greater.ts';
import { gridSample } from './grid-sample.ts';
import { groupNorm } from './group-norm.ts';
import { identity } from './identity.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { linspace } from './linspace.ts';
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
import { noise } from './noise.ts';
import { norm } from './norm.ts';
import { oneHot } from './one-hot.ts';
import { ones } from './ones.ts';
import { pad } from './pad.ts';
import { permute } from './permute.ts';
import { pixelShuffle } from './pixel-shuffle.ts';
import { pixelUnshuffle } from './pixel-unshuffle.ts';
import { randomBernoulli } from './random-bernoulli.ts';
import { randomInt } from './random-int.ts';
import { randomNormal } from './random-normal.ts';
import { randomUniform } from './random-uniform.ts';
import { reduce } from './reduce.ts';
import { relu } from './relu.ts';
import { repeatBatch } from './repeat-batch.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { reverse } from './reverse.ts';
import { scaleChannels } from './scale-channels.ts';
import { shiftChannels } from './shift-channels.ts';
import { sigmoid } from './sigmoid.ts';
import { sinusoidalEmbedding } from './sinusoidal-embedding.ts';
import { slice } from './slice.ts';
import { softArgmax } from './soft-argmax.ts';
import { softplus } from './softplus.ts';
import { split } from './split.ts';
import { squaredDifference } from './squared-difference.ts';
import { squeeze } from './squeeze.ts';
import { stack } from './stack.ts';
import { subtract } from './subtract.ts';
import { sumList } from './sum-list.ts';
import { sum } from './sum.ts';
import { swapHalves } from './swap-halves.ts';
import { tanh } from './tanh.ts';
import { tile } from './tile.ts';
import { topK } from './top-k.ts';
import { variance } from './variance.ts';
import { weightedMean } from './weighted-mean.ts';
import { where } from './where.ts';
import { zeros } from './zeros.ts';

/** Every op that ships: one import and one line per op. */
export const standardOps: readonly Op[] = [
  absoluteDifference,
  adaptiveAvgPool,
  add,
  affine,
  affineWarp,
  argmax,
  avgPool,
  batchNorm,
  blur,
  cast,
  channelShuffle,
  concat,
  constant,
  conv2d,
  cosineDistance,
  cropResize,
  cumprod,
  cumsum,
  dilate,
  dropPath,
  dropout,
  equal,
  erode,
  expand,
  expandDims,
  flatten,
  formula,
  gather,
  globalAvgPool,
  greater,
  gridSample,
  groupNorm,
  identity,
  instanceNorm,
  layerNorm,
  leakyRelu,
  linear,
  linspace,
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
  noise,
  norm,
  oneHot,
  ones,
  pad,
  permute,
  pixelShuffle,
  pixelUnshuffle,
  randomBernoulli,
  randomInt,
  randomNormal,
  randomUniform,
  reduce,
  relu,
  repeatBatch,
  reshape,
  resize,
  reverse,
  scaleChannels,
  shiftChannels,
  sigmoid,
  sinusoidalEmbedding,
  slice,
  softArgmax,
  softplus,
  split,
  squaredDifference,
  squeeze,
  stack,
  subtract,
  sum,
  sumList,
  swapHalves,
  tanh,
  tile,
  topK,
  variance,
  weightedMean,
  where,
  zeros,
];
