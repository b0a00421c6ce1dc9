import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { packageRoot } from '../engine/packages.ts';
import { compile, loadGraph, type GraphOptions } from './graph.ts';

/** A loss of plain tensors; call it inside `tf.tidy` or a gradient. Lists are given as `name.0`, `name.1`. */
export type Loss = (inputs: Readonly<Record<string, Tensor>>) => Scalar;

/** Names of the losses that ship. */
export function lossNames(): string[] {
  return readdirSync(path.join(packageRoot(), 'graphs/losses')).filter((f) => f.endsWith('.yaml')).map((f) => f.slice(0, -'.yaml'.length)).sort();
}

/** A loss that ships, by name, or one from a file of your own. @throws DiagnosticError */
export function loadLoss(name: string, options: GraphOptions = {}): Loss {
  const graph = loadGraph(/\.ya?ml$/.test(name) ? name : `swapgraph:losses/${name}`, options);
  const model = compile(graph, options.registry ? { registry: options.registry } : {});
  const [output] = Object.keys(graph.outputs);
  return (inputs) => model.call(inputs)[output] as Scalar;
}
