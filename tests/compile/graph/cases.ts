import type { Tensor } from '@tensorflow/tfjs-core';
import { DTYPE, type Graph, type Value } from '../../../lib/compile/graph/graph.ts';
import type { Recording } from '../../../lib/compile/graph/recorder.ts';
import type { Feed } from '../../../lib/compile/graph/session.ts';
import { standardOps } from '../../../lib/ops/index.ts';
import { fixtureCase, type Numbers, type OpCase } from '../../conformance/case.ts';
import { evaluator, gradientsOf, newTrace, projection, type Arguments } from '../../conformance/run.ts';

/** Every example of every op that can be recorded by itself. */
export const cases = standardOps.flatMap((op) => (op.traits?.listwise !== undefined || op.traits?.higherOrder !== undefined ? [] : op.examples.map((_, i) => fixtureCase(op, i))));

/** What an op gives and all its gradients, in one order. */
export function outcome(c: OpCase, args: Arguments): Tensor[] {
  const run = evaluator(c, args, newTrace());
  const outputs = run(args.free);
  const differentiable = !c.op.traits?.nondifferentiable && outputs.some((y) => y.dtype === 'float32');
  const gradients = differentiable ? gradientsOf((free) => projection(c, run(free)), args.free) : {};
  return [...outputs, ...Object.values(gradients)];
}

/** The case's arguments as placeholders, and what to feed them. */
export function symbolic(c: OpCase, at: string, { graph, tensor }: Recording, feeds: Feed[]): Arguments {
  const make = (name: string, x: Numbers): Tensor => {
    const value = graph.placeholder(`${at}_${name}`.replace(/\W/g, '_'), { dtype: DTYPE[x.dtype], shape: x.shape });
    feeds.push({ value, data: x.data });
    return tensor(value);
  };
  const free: Record<string, Tensor> = {};
  const fixed: Record<string, Tensor> = {};
  c.inputs.forEach((x, i) => { if (x) (x.dtype === 'float32' ? free : fixed)[`input ${i}`] = make(`input${i}`, x); });
  for (const [name, w] of Object.entries(c.weights)) (c.trainable.includes(name) ? free : fixed)[`weight ${name}`] = make(name, w);
  return { free, fixed };
}

/** A placeholder cannot be fetched itself. */
export const fetched = (graph: Graph, v: Value): Value => graph.one('Identity', [v], { T: { type: v.dtype } }, v);
