import { DTYPE, Graph } from '../../../lib/compile/graph/graph.ts';
import { floats } from '../../../lib/compile/graph/shape-rule.ts';
import { bindDims, readDims } from '../../../lib/ir/bind.ts';
import { measureGraph } from '../../../lib/plan/measure.ts';
import { isConcrete } from '../../../lib/shape/dim.ts';
import { kernelKinds, timeKernels } from '../profile/kernels.ts';
import { loadBench, registry } from './experiment.ts';
import type { Task } from './tasks.ts';

/** The side of the matrices whose product is the machine's limit. */
const SIDE = 2048;

/** Billions of multiplications and additions per second in a large product of matrices, by TensorFlow on all threads. */
export function matrixRate(dtype: 'float32' | 'bfloat16', rounds: number): number {
  const graph = new Graph();
  const type = { ...floats([SIDE, SIDE]), dtype: DTYPE[dtype] };
  const [a, b] = ['a', 'b'].map((name) => graph.placeholder(name, type));
  graph.one('MatMul', [a, b], { T: { type: type.dtype }, transpose_a: { flag: false }, transpose_b: { flag: false } }, type);
  const [{ gflop, wall }] = timeKernels(kernelKinds(graph.nodes), rounds);
  return (1000 * gflop) / wall;
}

/** Billions of multiplications and additions of a task: two per MAC, and three times the forward pass in training. */
export function gflopOf({ size, batch, work }: Task): number {
  const { step, predict } = loadBench(size, batch);
  const predicts = work.startsWith('infer');
  const graph = predicts ? predict?.graph : step;
  if (!graph) throw new Error('the bench predicts nothing');
  const shapes = Object.fromEntries(graph.inputs.map((input) => [input.name, input.shape.map((d) => (isConcrete(d) ? d : batch))]));
  const { macs } = measureGraph(bindDims(graph, readDims(graph, shapes)), registry);
  return (2 * (predicts ? 1 : 3) * Number(macs)) / 1e9;
}
