import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';
import { alongChannels, channelShape } from './shared/channels.ts';

export const shiftChannels = defineOp({
  name: 'shift-channels',
  doc: 'Adds one number to every channel of every sample: x [N, ..., C] plus by [N, C].',
  source: 'FaceChanger Eq. 1; the shift of AdaIN and FiLM',
  attrs: {},
  inputs: ['x', { name: 'by', doc: '[N, C], one number per sample and channel.' }],
  shape: (_a, [x, by]) => [channelShape(x, by)],
  build: () => ([x, by]) => [tf.add(x, alongChannels(by, x.rank))],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 'C'], ['N', 'C']], out: [['N', 'H', 'W', 'C']] },
    { in: [[2, 5, 4], [2, 4]], out: [[2, 5, 4]] },
  ],
});
