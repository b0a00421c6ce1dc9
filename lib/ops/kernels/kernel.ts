import type { DataType, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';

/** One attribute of a native TensorFlow operation. */
export type NativeAttribute =
  | { readonly int: number | readonly number[] }
  | { readonly float: number }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly type: DataType };

export type NativeAttributes = Readonly<Record<string, NativeAttribute>>;

/** Runs native TensorFlow operations by name; exists on tfjs-node and on whatever imitates its back end (recorders). */
export interface Native {
  one(operation: string, attributes: NativeAttributes, inputs: readonly Tensor[]): Tensor;
  many(operation: string, attributes: NativeAttributes, inputs: readonly Tensor[], outputs: number): Tensor[];
}

type Inputs = Readonly<Record<string, Tensor>>;
type Result = Tensor | Tensor[];

/**
 * A kernel of our own: a native operation that tfjs does not offer, or offers with a wrong, slow or once-only gradient. `gradient`
 * is lazy (frozen weights cost nothing) and may itself be differentiated when it is made of kernels and tf operations.
 */
export interface Kernel<A extends object> {
  /** Unique among all kernels of the process: starts with `Swapgraph`. */
  readonly name: string;
  readonly native: (run: Native, inputs: Inputs, attributes: A) => Result;
  /** The same from stock tf operations, for back ends that are not TensorFlow (wasm). */
  readonly portable: (inputs: Inputs, attributes: A) => Result;
  /** Inputs, then outputs, that the gradient receives as `saved`. */
  readonly saveInputs?: readonly string[];
  readonly saveOutputs?: readonly boolean[];
  /** From the gradient of the output(s) to that of each input. */
  readonly gradient: (dy: Result, saved: readonly Tensor[], attributes: A) => Readonly<Record<string, () => Tensor>>;
}

interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeSingleOutput(name: string, attributes: readonly object[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: readonly object[], inputs: readonly Tensor[], outputs: number): Tensor[];
}

/** Runs `kernel` on the current back end; registers it there on first use. */
export function callKernel<A extends object, R extends Result = Tensor>(kernel: Kernel<A>, inputs: Inputs, attributes: A): R {
  if (tf.getKernel(kernel.name, tf.getBackend()) === undefined) register(kernel, tf.getBackend());
  return tf.engine().runKernel(kernel.name, inputs as never, attributes as never) as unknown as R;
}

/** Whether what runs now is being recorded for a gradient: inside a gradient, that a higher order was asked for. */
export function isRecording(): boolean {
  return (tf.engine() as unknown as { isTapeOn(): boolean }).isTapeOn();
}

/** Whether the current back end runs native TensorFlow operations. */
export function hasNative(): boolean {
  return isNative(tf.backend());
}

// tfjs keeps kernels and gradients in registries of the process; names of our own keep us from touching any other library's.
function register<A extends object>(kernel: Kernel<A>, backendName: string): void {
  tf.registerKernel({
    kernelName: kernel.name,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      tf.tidy(() => run(kernel, inputs as Inputs, attrs as unknown as A, backend)) as TensorInfo | TensorInfo[],
  });
  if (tf.getGradient(kernel.name) !== undefined) return;
  tf.registerGradient({
    kernelName: kernel.name,
    inputsToSave: [...(kernel.saveInputs ?? [])],
    outputsToSave: [...(kernel.saveOutputs ?? [])],
    gradFunc: (dy, saved, attrs) => kernel.gradient(dy, saved, attrs as unknown as A),
  });
}

function run<A extends object>(kernel: Kernel<A>, inputs: Inputs, attributes: A, backend: unknown): Result {
  return isNative(backend) ? kernel.native(nativeOn(backend), inputs, attributes) : kernel.portable(inputs, attributes);
}

function isNative(backend: unknown): backend is NativeBackend {
  return typeof (backend as NativeBackend).executeSingleOutput === 'function';
}

function nativeOn(backend: NativeBackend): Native {
  return {
    one: (name, attributes, inputs) => backend.executeSingleOutput(name, encode(attributes, backend.binding), inputs),
    many: (name, attributes, inputs, outputs) =>
      backend.executeMultipleOutputs(name, encode(attributes, backend.binding), inputs, outputs),
  };
}

function encode(attributes: NativeAttributes, binding: NativeBackend['binding']): object[] {
  return Object.entries(attributes).map(([name, a]) => {
    if ('int' in a) return { name, type: binding.TF_ATTR_INT, value: a.int };
    if ('float' in a) return { name, type: binding.TF_ATTR_FLOAT, value: a.float };
    if ('flag' in a) return { name, type: binding.TF_ATTR_BOOL, value: a.flag };
    if ('text' in a) return { name, type: binding.TF_ATTR_STRING, value: a.text };
    return { name, type: binding.TF_ATTR_TYPE, value: binding[DTYPES[a.type]] };
  });
}

const DTYPES: Readonly<Record<DataType, string>> = {
  float32: 'TF_FLOAT', int32: 'TF_INT32', bool: 'TF_BOOL', complex64: 'TF_COMPLEX64', string: 'TF_STRING',
};

/** The attribute `T` of operations on float32. */
export const FLOAT: NativeAttributes = { T: { type: 'float32' } };
