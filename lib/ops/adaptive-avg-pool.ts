import { defineOp } from '../registry/op.ts';
import { multiplyDims } from '../shape/dim.ts';
import { averageWindows } from './kernels/pool.ts';
import { separable, type AxisMatrix } from './kernels/separable.ts';
import { imageShape } from './shared/shapes.ts';

type Size = number | readonly number[];

export const adaptiveAvgPool = defineOp({
  name: 'adaptive-avg-pool',
  doc: 'Means over as many nearly equal windows as the output has pixels, whatever the image’s size.',
  source: 'torch.nn.functional.adaptive_avg_pool2d',
  attrs: {
    to: {
      oneOf: [{ type: 'integer', minimum: 1 }, { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 2, maxItems: 2 }],
      description: 'The output size: [height, width], or one number for both.',
    },
  },
  inputs: ['x'],
  shape: ({ to }, [x]) => {
    const [n, , , c] = imageShape(x);
    return [[n, ...sizeOf(to), c]];
  },
  macs: (_, [x]) => multiplyDims(...x),
  build: ({ to }) => ([x]) => {
    const [, h, w] = x.shape as [number, number, number, number];
    const [outH, outW] = sizeOf(to);
    const equal = h % outH === 0 && w % outW === 0 && h / outH === w / outW;
    return [equal ? averageWindows(x, h / outH, h / outH) : separable(means(h, outH), means(w, outW))(x)];
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { to: 7 }, in: [['N', 14, 14, 'C']], out: [['N', 7, 7, 'C']] },
    { attrs: { to: [3, 2] }, in: [[2, 7, 5, 2]], out: [[2, 3, 2, 2]] },
    { attrs: { to: [4, 5] }, in: [[2, 3, 5, 2]], out: [[2, 4, 5, 2]] },
  ],
});

const sizeOf = (to: Size): [number, number] => (typeof to === 'number' ? [to, to] : [to[0], to[1]]);

/** Window i covers floor(i * size / out) to ceil((i + 1) * size / out); windows overlap where the sizes do not divide. */
function means(size: number, out: number): AxisMatrix {
  const values = new Float32Array(size * out);
  for (let i = 0; i < out; i++) {
    const [start, end] = [Math.floor((i * size) / out), Math.ceil(((i + 1) * size) / out)];
    values.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return { values, out, in: size };
}
