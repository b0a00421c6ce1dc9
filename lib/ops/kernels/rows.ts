import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { callKernel, FLOAT, type Kernel } from './kernel.ts';
import { stopGradient } from './stop-gradient.ts';

interface Rows {
  readonly rows: number;
}

/** Rows of `x` [R, ...] at `ids` (int32 [M], each in [0, R)): [M, ...]. Differentiable in `x` to any order. */
export function takeRows(x: Tensor, ids: Tensor): Tensor {
  return callKernel(takeKernel, { x, ids: stopGradient(ids) }, { rows: x.shape[0] as number });
}

/** The adjoint of `takeRows`: adds each row of `y` [M, ...] into row `ids` of a result of `rows` rows. */
export function addRows(y: Tensor, ids: Tensor, rows: number): Tensor {
  return callKernel(addKernel, { y, ids: stopGradient(ids) }, { rows });
}

// tfjs's gather differentiates its indices too, and fails where they were computed from what is differentiated.
const takeKernel: Kernel<Rows> = {
  name: 'SwapgraphTakeRows',
  native: (run, { x, ids }) => run.one('GatherV2', { Tparams: { type: 'float32' }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' }, batch_dims: { int: 0 } }, [x, ids, tf.scalar(0, 'int32')]),
  portable: ({ x, ids }) => tf.gather(x, ids as Tensor1D),
  saveInputs: ['ids'],
  gradient: (dy, [ids], { rows }) => ({ x: () => addRows(dy as Tensor, ids, rows) }),
};

const addKernel: Kernel<Rows> = {
  name: 'SwapgraphAddRows',
  native: (run, { y, ids }, { rows }) =>
    run.one('UnsortedSegmentSum', { ...FLOAT, Tindices: { type: 'int32' }, Tnumsegments: { type: 'int32' } }, [y, ids, tf.scalar(rows, 'int32')]),
  portable: ({ y, ids }, { rows }) => tf.unsortedSegmentSum(y, ids as Tensor1D, rows),
  saveInputs: ['ids'],
  gradient: (dx, [ids]) => ({ y: () => takeRows(dx as Tensor, ids) }),
};
