import type { Op } from '../registry/op.ts';
import { abs } from './abs.ts';
import { absoluteDifference } from './absolute-difference.ts';
import { adaptiveAvgPool } from './adaptive-avg-pool.ts';
import { add } from './add.ts';
import { affineWarp } from './affine-warp.ts';
import { affine } from './affine.ts';
import { argmax } from './argmax.ts';
import { attention } from './attention.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { bias } from './bias.ts';
import { blur } from './blur.ts';
import { cast } from './cast.ts';
import { channelShuffle } from './channel-shuffle.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import { constant } from './constant.ts';
import { conv2dTranspose } from './conv2d-transpose.ts';
import { conv2d } from './conv2d.ts';
import { cosineDistance } from './cosine-distance.ts';
import { cropResize } from './crop-resize.ts';
import { cumprod } from './cumprod.ts';
import { cumsum } from './cumsum.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { dilate } from './dilate.ts';
import { dropPath } from './drop-path.ts';
import { dropout } from './dropout.ts';
import { elu } from './elu.ts';
import { embedding } from './embedding.ts';
import { equal } from './equal.ts';
import { erode } from './erode.ts';
import { exp } from './exp.ts';
import { expandDims } from './expand-dims.ts';
import { expand } from './expand.ts';
import { flatten } from './flatten.ts';
import { formula } from './formula.ts';
import { gather } from './gather.ts';
import { geglu } from './geglu.ts';
import { gelu } from './gelu.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { gradient } from './gradient.ts';
import { greater } from './greater.ts';
import { gridSample } from './grid-sample.ts';
import { groupNorm } from './group-norm.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardSwish } from './hard-swish.ts';
import { identity } from './identity.ts';
import { instanceNorm } from './instance-norm.ts';
import { l2Normalize } from './l2-normalize.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { learned } from './learned.ts';
import { linear } from './linear.ts';
import { linspace } from './linspace.ts';
import { listDrop } from './list-drop.ts';
import { listItem } from './list-item.ts';
import { listReverse } from './list-reverse.ts';
import { list } from './list.ts';
import { logSoftmax } from './log-softmax.ts';
import { log } from './log.ts';
import { maxPool } from './max-pool.ts';
import { max } from './max.ts';
import { meanList } from './mean-list.ts';
import { mean } from './mean.ts';
import { min } from './min.ts';
import { multiply } from './multiply.ts';
import { noise } from './noise.ts';
import { norm } from './norm.ts';
import { normalizeChannels } from './normalize-channels.ts';
import { oneHot } from './one-hot.ts';
import { ones } from './ones.ts';
import { pad } from './pad.ts';
import { permute } from './permute.ts';
import { pixelNorm } from './pixel-norm.ts';
import { pixelShuffle } from './pixel-shuffle.ts';
import { pixelUnshuffle } from './pixel-unshuffle.ts';
import { prelu } from './prelu.ts';
import { quickGelu } from './quick-gelu.ts';
import { randomBernoulli } from './random-bernoulli.ts';
import { randomInt } from './random-int.ts';
import { randomNormal } from './random-normal.ts';
import { randomUniform } from './random-uniform.ts';
import { reduce } from './reduce.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { repeatBatch } from './repeat-batch.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { reverse } from './reverse.ts';
import { scaleChannels } from './scale-channels.ts';
import { shiftChannels } from './shift-channels.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { sinusoidalEmbedding } from './sinusoidal-embedding.ts';
import { slice } from './slice.ts';
import { softArgmax } from './soft-argmax.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { split } from './split.ts';
import { sqrt } from './sqrt.ts';
import { square } from './square.ts';
import { squaredDifference } from './squared-difference.ts';
import { squeeze } from './squeeze.ts';
import { stack } from './stack.ts';
import { stopGradient } from './stop-gradient.ts';
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
  abs,
  absoluteDifference,
  adaptiveAvgPool,
  add,
  affine,
  affineWarp,
  argmax,
  attention,
  avgPool,
  batchNorm,
  bias,
  blur,
  cast,
  channelShuffle,
  clip,
  concat,
  constant,
  conv2d,
  conv2dTranspose,
  cosineDistance,
  cropResize,
  cumprod,
  cumsum,
  depthwiseConv2d,
  dilate,
  dropPath,
  dropout,
  elu,
  embedding,
  equal,
  erode,
  exp,
  expand,
  expandDims,
  flatten,
  formula,
  gather,
  geglu,
  gelu,
  globalAvgPool,
  gradient,
  greater,
  gridSample,
  groupNorm,
  hardSigmoid,
  hardSwish,
  identity,
  instanceNorm,
  l2Normalize,
  layerNorm,
  leakyRelu,
  learned,
  linear,
  linspace,
  list,
  listDrop,
  listItem,
  listReverse,
  log,
  logSoftmax,
  max,
  maxPool,
  mean,
  meanList,
  min,
  multiply,
  noise,
  norm,
  normalizeChannels,
  oneHot,
  ones,
  pad,
  permute,
  pixelNorm,
  pixelShuffle,
  pixelUnshuffle,
  prelu,
  quickGelu,
  randomBernoulli,
  randomInt,
  randomNormal,
  randomUniform,
  reduce,
  relu,
  relu6,
  repeatBatch,
  reshape,
  resize,
  reverse,
  scaleChannels,
  shiftChannels,
  sigmoid,
  silu,
  sinusoidalEmbedding,
  slice,
  softArgmax,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  squaredDifference,
  squeeze,
  stack,
  stopGradient,
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
