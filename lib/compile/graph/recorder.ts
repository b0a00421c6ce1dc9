import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeAttr, NativeBackend, NativeBinding, NativeTensor } from '../../engine/native-binding.ts';
import { tf } from '../../engine/tf.ts';
import type { Attribute, Attributes, Bytes, Graph, Value } from './graph.ts';
import { addOperation } from './lower.ts';

const NATIVE = 'tensorflow';
const RECORDING = 'swapgraph-recording';

/** What code that is being recorded can turn between graph values and tensors. */
export interface Recording {
  readonly graph: Graph;
  /** A tensor of the value's shape without numbers. */
  tensor(value: Value): Tensor;
  value(tensor: Tensor): Value;
}

/**
 * Runs `body` on a back end of tfjs that computes nothing: every TensorFlow operation becomes a node of `graph`, and tensors have
 * shapes only. The same kernels run as on the native engine, so the graph does what the eager step does.
 * @throws where the code reads a tensor's numbers, or uses an operation without a shape rule
 */
export function record<T>(graph: Graph, body: (recording: Recording) => T): T {
  const native = tf.findBackend(NATIVE) as NativeBackend | null;
  if (!native) throw new Error('recording a graph needs a native engine');
  const values: Value[] = [];
  const backend = recordingBackend(native, graph, values);
  registerKernels();
  const before = tf.getBackend();
  tf.registerBackend(RECORDING, () => backend);
  // setBackend runs to its end at once for back ends that are made at once.
  void tf.setBackend(RECORDING);
  try {
    return tf.tidy(() => body({
      graph,
      tensor: (value) => backend.createOutputTensor(describe(value, values.push(value) - 1)),
      value: (t) => values[backend.getInputTensorIds([t])[0]],
    }) as never) as T;
  } finally {
    void tf.setBackend(before);
    tf.removeBackend(RECORDING);
  }
}

const describe = ({ shape, dtype }: Value, id: number): NativeTensor => ({ id, shape: [...shape], dtype });

/** tfjs-node's own back end over a binding that writes nodes. */
function recordingBackend(native: NativeBackend, graph: Graph, values: Value[]): NativeBackend {
  const backend = Object.create(Object.getPrototypeOf(native) as object) as NativeBackend & Record<string, unknown>;
  const mover = { moveData: () => { throw new Error('a tensor made outside the recorded code is used in it'); } };
  const readSync = backend.readSync.bind(backend);
  return Object.assign(backend, {
    binding: recordingBinding(native.binding, graph, values),
    isGPUPackage: native.isGPUPackage,
    isUsingGpuDevice: false,
    tensorMap: new tf.DataStorage(backend, mover as never),
    readSync: (id: object) => readSync(id),
    dispose: () => undefined,
  });
}

function recordingBinding(binding: NativeBinding, graph: Graph, values: Value[]): NativeBinding {
  const attributeTypes = typesOf(binding);
  const keep = (value: Value): NativeTensor => describe(value, values.push(value) - 1);
  const writing: Pick<NativeBinding, 'createTensor' | 'deleteTensor' | 'tensorDataSync' | 'executeOp'> = {
    createTensor: (shape, dtype, data) => keep(graph.constant({ shape, dtype, data: bytesOf(data) })).id,
    deleteTensor: () => undefined,
    tensorDataSync: (id) => {
      const { constant, node } = values[id];
      if (!constant) throw new Error(`the code being recorded reads the numbers of ${node}, which are not known before a step runs`);
      return constant.slice();
    },
    executeOp: (op, attrs, ids, count) => {
      const attributes = Object.fromEntries(attrs.map((a) => [a.name, attributeOf(a, attributeTypes)])) as Attributes;
      return addOperation(graph, { op, inputs: ids.map((id) => values[id]), attributes }).slice(0, count).map(keep);
    },
  };
  return { ...constantsOf(binding), ...writing } as NativeBinding;
}

/** The binding's numbers and texts; its functions stay behind. */
function constantsOf(binding: NativeBinding): object {
  const out: Record<string, unknown> = {};
  for (let o: object = binding; o && o !== Object.prototype; o = Object.getPrototypeOf(o) as object) {
    for (const key of Object.getOwnPropertyNames(o)) {
      const value = (binding as unknown as Record<string, unknown>)[key];
      if (typeof value !== 'function') out[key] ??= value;
    }
  }
  return out;
}

type AttributeTypes = ReadonlyMap<number, (value: never) => Attribute>;

function typesOf(b: NativeBinding): AttributeTypes {
  return new Map<number, (value: never) => Attribute>([
    [b.TF_ATTR_STRING, (text: string) => ({ text })],
    [b.TF_ATTR_INT, (v: number | number[]) => (Array.isArray(v) ? { ints: v } : { int: v })],
    [b.TF_ATTR_FLOAT, (float: number) => ({ float })],
    [b.TF_ATTR_BOOL, (flag: boolean) => ({ flag })],
    [b.TF_ATTR_TYPE, (type: number) => ({ type })],
    [b.TF_ATTR_SHAPE, (shape: number[]) => ({ shape })],
  ] as [number, (value: never) => Attribute][]);
}

function attributeOf({ name, type, value }: NativeAttr, types: AttributeTypes): Attribute {
  const make = types.get(type);
  if (!make) throw new Error(`the attribute ${name} has a type that graphs of ours do not hold`);
  return make(value as never);
}

function bytesOf(data: unknown): Bytes {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) return data;
  throw new Error('a constant of the recorded code is no array of numbers');
}

// tfjs keeps one registry of kernels per process and back end name: those of tfjs-node work on ours unchanged.
function registerKernels(): void {
  for (const kernel of tf.getKernelsForBackend(NATIVE)) {
    if (tf.getKernel(kernel.kernelName, RECORDING) === undefined) tf.registerKernel({ ...kernel, backendName: RECORDING });
  }
}
