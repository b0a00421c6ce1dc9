import { defineOp } from '../registry/op.ts';

export const gradient = defineOp({
  name: 'gradient',
  doc:
    'The gradient of the sum of `of` with respect to `to`, as a value that can be differentiated again: with the mean squared length of the '
    + 'gradient of a critic\'s score it gives R1 and the gradient penalty.',
  source: 'torch.autograd.grad(of.sum(), to, create_graph=True)',
  attrs: {},
  inputs: [{ name: 'of', doc: 'What is differentiated; any shape, summed.' }, { name: 'to', doc: 'What it depends on.' }],
  shape: (_a, [, to]) => [to],
  build: () => () => { throw new Error('"gradient" is evaluated by the compiler'); },
  traits: { higherOrder: 'gradient' },
  examples: [{ in: [['N'], ['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] }],
});
