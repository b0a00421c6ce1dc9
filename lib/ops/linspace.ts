import { tf } from '../engine/tf.ts';
import { defineOp } from '../registry/op.ts';

export const linspace = defineOp({
  name: 'linspace',
  doc: 'Evenly spaced numbers from one value to another, both included.',
  source: 'torch.linspace',
  attrs: {
    from: { type: 'number', description: 'The first.' },
    to: { type: 'number', description: 'The last.' },
    count: { type: 'integer', minimum: 1, description: 'How many.' },
  },
  inputs: [],
  shape: ({ count }) => [[count]],
  build: ({ from, to, count }) => () => {
    const step = count > 1 ? (to - from) / (count - 1) : 0;
    return [tf.tensor1d(Array.from({ length: count }, (_, i) => (i < count / 2 ? from + step * i : to - step * (count - 1 - i))), 'float32')];
  },
  traits: { nondifferentiable: true },
  examples: [
    { attrs: { from: 1e-4, to: 0.02, count: 1000 }, in: [], out: [[1000]] },
    { attrs: { from: -1, to: 1, count: 5 }, in: [], out: [[5]] },
  ],
});
