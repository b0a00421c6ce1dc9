import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tf.ts';
import { defineOp, type WeightSpec } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { addBias } from './kernels/bias.ts';
import { asInit, fanInOf, initAttribute } from './shared/init.ts';
import { rowsOfVectors } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';
import { spectralAttribute, spectralWeights, spectrallyNormalized } from './shared/spectral.ts';

export const linear = defineOp({
  name: 'linear',
  doc: 'A learned affine map of the last axis: [..., C] to [..., units], with the kernel [C, units].',
  source: 'torch.nn.Linear',
  attrs: {
    units: { type: 'integer', minimum: 1, symbolic: true, description: 'Size of the last axis of the output.' },
    bias: { type: 'boolean', default: true, description: 'Adds a learned number per unit.' },
    spectral: spectralAttribute,
    init: initAttribute('torch-default', 'the kernel'),
    'bias-init': initAttribute('torch-default', 'the bias'),
  },
  inputs: ['x'],
  shape: (a, [x]) => {
    requireRank(x, 1);
    return [[...x.slice(0, -1), a.units]];
  },
  weights: (a, [x]) => {
    const c = x[x.length - 1];
    const kernel: WeightSpec = { shape: [c, a.units], init: asInit(a.init) };
    const bias: WeightSpec = { shape: [a.units], init: asInit(a['bias-init']), fanIn: fanInOf(c) };
    return { kernel, ...(a.bias ? { bias } : {}), ...(a.spectral ? spectralWeights(a.units) : {}) };
  },
  macs: (a, [x]) => multiplyDims(...x, a.units),
  build: (a) => ([x], weights, context) => {
    const kernel = a.spectral ? spectrallyNormalized(weights.kernel, weights.left, context) : weights.kernel;
    const rows: Tensor = x.rank === 2 ? x : tf.reshape(x, [-1, x.shape[x.rank - 1]]);
    const product = tf.matMul(rows, kernel);
    const y = a.bias ? addBias(product, weights.bias) : product;
    return [x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), y.shape[1] as number])];
  },
  traits: { rows: rowsOfVectors },
  examples: [
    { attrs: { units: 6 }, in: [['N', 5]], out: [['N', 6]] },
    { attrs: { units: 4, bias: false }, in: [['N', 'T', 5]], out: [['N', 'T', 4]] },
    { attrs: { units: 3 }, in: [[2, 4, 3, 5]], out: [[2, 4, 3, 3]] },
    { attrs: { units: 3, spectral: true }, in: [[4, 5]], out: [[4, 3]] },
  ],
});
