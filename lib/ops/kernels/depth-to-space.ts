import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';

interface Block {
  readonly factor: number;
}

/** [N, H, W, factor² · C] to [N, H · factor, W · factor, C]; the channels of a pixel hold its block row by row, each with all C. */
export function depthToSpace(x: Tensor, factor: number): Tensor {
  return callKernel(toSpace, { x }, { factor });
}

/** The inverse of `depthToSpace`. */
export function spaceToDepth(x: Tensor, factor: number): Tensor {
  return callKernel(toDepth, { x }, { factor });
}

const attributes = ({ factor }: Block) => ({ ...FLOAT, block_size: { int: factor }, data_format: { text: 'NHWC' } }) as const;

const toSpace: Kernel<Block> = {
  name: 'SwapgraphDepthToSpace',
  native: (run, { x }, block) => run.one('DepthToSpace', attributes(block), [x]),
  portable: ({ x }, { factor: r }) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    return tf.reshape(tf.transpose(tf.reshape(x, [n, h, w, r, r, c / (r * r)]), [0, 1, 3, 2, 4, 5]), [n, h * r, w * r, c / (r * r)]);
  },
  gradient: (dy, _saved, { factor }) => ({ x: () => spaceToDepth(dy as Tensor, factor) }),
};

const toDepth: Kernel<Block> = {
  name: 'SwapgraphSpaceToDepth',
  native: (run, { x }, block) => run.one('SpaceToDepth', attributes(block), [x]),
  portable: ({ x }, { factor: r }) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    return tf.reshape(tf.transpose(tf.reshape(x, [n, h / r, r, w / r, r, c]), [0, 1, 3, 2, 4, 5]), [n, h / r, w / r, r * r * c]);
  },
  gradient: (dy, _saved, { factor }) => ({ x: () => depthToSpace(dy as Tensor, factor) }),
};
