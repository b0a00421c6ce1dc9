import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { requireRank } from './shared/shapes.ts';

export const sinusoidalEmbedding = defineOp({
  name: 'sinusoidal-embedding',
  doc: 'Numbers (diffusion timesteps, positions) as sines and cosines of falling frequency: [N] to [N, channels].',
  source: 'Vaswani et al., "Attention is all you need", 3.5; timestep_embedding of openai/guided-diffusion',
  attrs: {
    channels: { type: 'integer', minimum: 2, description: 'Length of each embedding; an odd one ends with a 0.' },
    'max-period': { type: 'number', exclusiveMinimum: 0, default: 10000, description: 'The longest wavelength over 2 pi.' },
    order: { enum: ['cos-sin', 'sin-cos'], default: 'cos-sin', description: 'Which half comes first.' },
  },
  inputs: ['x'],
  shape: ({ channels }, [x]) => {
    requireRank(x, 1, 1);
    return [[x[0], channels]];
  },
  build: ({ channels, 'max-period': period, order }) => {
    const half = Math.floor(channels / 2);
    const frequencies = Array.from({ length: half }, (_, i) => Math.exp((-Math.log(period) * i) / half));
    return ([x]) => {
      const n = x.shape[0];
      const angles = tf.mul(tf.reshape(x, [n, 1]), tf.tensor2d(frequencies, [1, half]));
      const [cos, sin] = [tf.cos(angles), tf.sin(angles)];
      const rest = channels % 2 === 0 ? [] : [tf.zeros([n, 1])];
      return [tf.concat([...(order === 'cos-sin' ? [cos, sin] : [sin, cos]), ...rest], 1)];
    };
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { channels: 128 }, in: [['N']], out: [['N', 128]], values: ['positive'] },
    { attrs: { channels: 7, order: 'sin-cos', 'max-period': 100 }, in: [[3]], out: [[3, 7]] },
  ],
});
