import { defineOp } from '../registry/op.ts';
import { stopGradient as stop } from './kernels/stop-gradient.ts';

export const stopGradient = defineOp({
  name: 'stop-gradient',
  doc: 'The input itself; no gradient flows back through it.',
  source: 'torch.Tensor.detach',
  attrs: {},
  inputs: [{ name: 'x', dtype: 'any' }],
  shape: (_a, [x]) => [x],
  build: () => ([x]) => [stop(x)],
  traits: { rows: 'each', nondifferentiable: true, identityWhenStored: true },
  examples: [{ in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] }],
});
