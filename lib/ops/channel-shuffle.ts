import { tf } from '../engine/tf.ts';
import { defineOp, ShapeError } from '../registry/op.ts';
import { dimText } from '../shape/dim.ts';
import { exactQuotient } from './shared/dims.ts';
import { rowsOfVectors } from './shared/rows.ts';
import { requireRank } from './shared/shapes.ts';

export const channelShuffle = defineOp({
  name: 'channel-shuffle',
  doc: 'Mixes groups of channels: channel j of group i moves to place i of block j.',
  source: 'torch.nn.functional.channel_shuffle; ShuffleNet, Fig. 1',
  attrs: { groups: { type: 'integer', minimum: 1, description: 'Number of groups; divides the channels.' } },
  inputs: ['x'],
  shape: ({ groups }, [x]) => {
    requireRank(x, 1);
    const c = x[x.length - 1];
    if (exactQuotient(c, groups) === undefined) throw new ShapeError(`a number of channels that ${groups} divides`, dimText(c));
    return [x];
  },
  build: ({ groups }) => ([x]) => {
    const outer = x.shape.slice(0, -1);
    const r = outer.length;
    const split = tf.reshape(x, [...outer, groups, x.shape[r] / groups]);
    return [tf.reshape(tf.transpose(split, [...outer.map((_, i) => i), r + 1, r]), x.shape)];
  },
  traits: { rows: rowsOfVectors },
  examples: [
    { attrs: { groups: 2 }, in: [['N', 'H', 'W', 8]], out: [['N', 'H', 'W', 8]] },
    { attrs: { groups: 3 }, in: [[2, 3, 5, 6]], out: [[2, 3, 5, 6]] },
  ],
});
