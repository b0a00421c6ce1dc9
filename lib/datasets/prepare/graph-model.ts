import type { Tensor } from '@tensorflow/tfjs-core';
import { compileModel } from '../../compile/model.ts';
import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { tf } from '../../engine/tf.ts';
import { pixelsTensor } from '../../faces/detect.ts';
import type { Image } from '../../faces/image.ts';
import { hashGraph } from '../../ir/hash.ts';
import { standardOps } from '../../ops/index.ts';
import { createContext, loadGraphFile } from '../../plan/load.ts';
import { createRegistry } from '../../registry/registry.ts';
import { readNamedWeights } from '../../weights/sources/index.ts';

/** A graph file with its weights, run on one picture at a time. */
export interface GraphModel {
  /** The chosen output for a picture. */
  run(image: Image): GraphOutput;
  /** All outputs. */
  runAll(image: Image): GraphOutput[];
  dispose(): void;
}

/** Numbers with their shape (the batch axis left out). */
export interface GraphOutput {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface GraphModelOptions {
  /** A graph of one input [N, H, W, 3] in [0, 1]. */
  readonly graph: string;
  /** A safetensors or PyTorch file under our names; only graphs without weights do without. */
  readonly weights?: string;
  /** Which output; default: the last one. */
  readonly output?: string;
}

/** Opens any model of ours for use in a stage. @throws DiagnosticError where the graph, its weights or its ports do not fit */
export function openGraphModel(options: GraphModelOptions): GraphModel {
  const registry = createRegistry({ ops: standardOps });
  const graph = loadGraphFile(options.graph, createContext(registry));
  if (graph.inputs.length !== 1) throw failure('prepare/model', `${options.graph} has ${graph.inputs.length} inputs; a stage gives it one picture`);
  if (graph.weights.length > 0 && options.weights === undefined) throw failure('prepare/model', `${options.graph} has ${graph.weights.length} weights, and the stage names none`, undefined, 'weights: ./checkpoint.safetensors');
  const weights = options.weights === undefined ? undefined : readNamedWeights(options.weights);
  const missing = graph.weights.find((weight) => weights !== undefined && !weights.has(weight.id));
  if (missing) throw failure('prepare/model', `${options.weights} has no weight "${missing.id}"`, undefined, suggestion(missing.id, weights?.keys() ?? []));
  const model = compileModel(graph, { registry, trainable: false, ...(weights ? { weights } : {}) });
  const [input] = graph.inputs;
  const predict = (image: Image, choose: (outputs: Readonly<Record<string, Tensor>>) => readonly Tensor[]): GraphOutput[] => {
    const picture = tf.tidy(() => tf.div(pixelsTensor([image]), 255));
    const outputs = model.predict({ [input.name]: picture });
    const results = choose(outputs).map((chosen) => ({ shape: chosen.shape.slice(1), data: Float32Array.from(chosen.dataSync()) }));
    tf.dispose([picture, ...Object.values(outputs)]);
    return results;
  };
  return {
    run: (image) => predict(image, (outputs) => [chooseOutput(outputs, options)])[0],
    runAll: (image) => predict(image, Object.values),
    dispose: () => model.dispose(),
  };
}

/** What stands for a model's files in a pipeline's hash: the graph's canonical hash, whatever its files are called and wherever they lie. */
export function graphModelContents({ graph }: Pick<GraphModelOptions, 'graph'>): Readonly<Record<string, string>> {
  const registry = createRegistry({ ops: standardOps });
  return { graph: `graph ${hashGraph(loadGraphFile(graph, createContext(registry)), (op) => registry.ops.get(op)?.traits?.random === true)}` };
}

function chooseOutput(outputs: Readonly<Record<string, Tensor>>, { graph, output }: GraphModelOptions): Tensor {
  const names = Object.keys(outputs);
  const chosen = output === undefined ? names.at(-1) : names.find((name) => name === output) ?? names.filter((name) => name.startsWith(`${output}.`)).at(-1);
  if (chosen !== undefined) return outputs[chosen];
  throw failure('prepare/model', `${graph} has no output "${output}"`, undefined, suggestion(output ?? '', names));
}
