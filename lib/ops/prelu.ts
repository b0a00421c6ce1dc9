import { defineOp } from '../registry/op.ts';
import { prelu as rectify } from './kernels/rectify.ts';
import { asInit, initAttribute } from './shared/init.ts';
import { requireRank } from './shared/shapes.ts';

export const prelu = defineOp({
  name: 'prelu',
  doc: 'x where positive, a learned slope times x elsewhere.',
  source: 'He et al. 2015; torch.nn.PReLU',
  attrs: {
    shared: { type: 'boolean', default: false, description: 'One slope for all channels instead of one per channel.' },
    init: initAttribute({ constant: 0.25 }, 'the slope'),
  },
  inputs: ['x'],
  shape: (_a, [x]) => {
    requireRank(x, 2);
    return [x];
  },
  weights: (a, [x]) => ({ slope: { shape: [a.shared ? 1 : x[x.length - 1]], init: asInit(a.init) } }),
  build: () => ([x], weights) => [rectify(x, weights.slope)],
  traits: { rows: 'each' },
  examples: [
    { in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
    { attrs: { shared: true }, in: [[2, 3, 4, 5]], out: [[2, 3, 4, 5]] },
    { in: [[3, 4]], out: [[3, 4]] },
  ],
});
