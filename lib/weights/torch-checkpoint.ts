import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { decoders } from './dtypes.ts';
import { PickleError, unpickle, isGlobal, type PickleRules, type PickleValue } from './pickle.ts';
import { broken } from './safetensors-header.ts';
import { elementCount, type WeightArray, type Weights } from './weights.ts';
import { readZipDirectory, type ReadRange, type ZipEntry } from './zip-directory.ts';

export interface CheckpointOptions {
  /** Which tensors to read, by name; default: all. */
  readonly only?: (name: string) => boolean;
}

interface Storage {
  readonly object: 'storage';
  readonly key: string;
  readonly dtype: string;
}

interface TensorView {
  readonly object: 'tensor';
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

const storages: Readonly<Record<string, string>> = {
  FloatStorage: 'F32', DoubleStorage: 'F64', HalfStorage: 'F16', BFloat16Storage: 'BF16', LongStorage: 'I64', IntStorage: 'I32', CharStorage: 'I8', ByteStorage: 'U8', BoolStorage: 'BOOL',
};
const callable = new Set(['torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_parameter', 'collections.OrderedDict', 'torch.Size']);
const pickleLimit = 64 << 20;
const depthLimit = 16;
/** Values looked at in all: lists that hold one list many times over would otherwise multiply without end. */
const visitLimit = 4_000_000;

/**
 * The tensors of a PyTorch checkpoint (`torch.save`, zip format) as float32, named by their path: `state_dict.layer1.0.weight`.
 * Nothing in the file runs: the pickle is read by an own machine that knows tensors, dictionaries, lists, texts and numbers. Tensors may
 * together be four times as large as the file (shared storage), not more. @throws DiagnosticError for any other content, or a damaged file.
 */
export function readTorchCheckpoint(path: string, options: CheckpointOptions = {}): Weights {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    return parse((from, to) => {
      const out = new Uint8Array(to - from);
      for (let at = 0; at < out.length; ) {
        const count = readSync(file, out, at, Math.min(out.length - at, 1 << 30), from + at);
        if (count === 0) throw broken(path, 'it ended while it was read');
        at += count;
      }
      return out;
    }, size, path, options);
  } finally {
    closeSync(file);
  }
}

/** The same from bytes in memory; `name` stands for the file in messages. */
export function parseTorchCheckpoint(bytes: Uint8Array, name: string, options: CheckpointOptions = {}): Weights {
  return parse((from, to) => new Uint8Array(bytes.subarray(from, to)), bytes.length, name, options);
}

function parse(read: ReadRange, size: number, file: string, { only = () => true }: CheckpointOptions): Weights {
  const entries = readZipDirectory(read, size, file);
  const pickleName = [...entries.keys()].find((name) => name.endsWith('/data.pkl'));
  const pickle = pickleName === undefined ? undefined : entries.get(pickleName);
  if (pickle === undefined || pickleName === undefined) throw broken(file, 'it holds no data.pkl: it was not written by torch.save');
  if (pickle.end - pickle.start > pickleLimit) throw broken(file, `its data.pkl is larger than ${pickleLimit} bytes`);
  const folder = pickleName.slice(0, -'data.pkl'.length);
  try {
    const views = new Map<string, TensorView>();
    collect(unpickle(read(pickle.start, pickle.end), rules), '', 0, views, { visits: 0 });
    const chosen = [...views].filter(([name]) => only(name));
    const total = chosen.reduce((sum, [, view]) => sum + elementCount(view.shape), 0);
    if (!(total <= 4 * size)) throw new PickleError(`its tensors hold ${total} numbers, more than a file of ${size} bytes can mean`);
    return new Map(chosen.map(([name, view]) => [name, tensorOf(name, view, entries.get(`${folder}data/${view.storage.key}`), read)]));
  } catch (error) {
    if (error instanceof PickleError) throw broken(file, error.message);
    throw error;
  }
}

const rules: PickleRules = {
  allowed: (name) => callable.has(name) || (name.startsWith('torch.') && name.slice(6) in storages),
  persistent: (id) => {
    if (!Array.isArray(id) || id[0] !== 'storage' || !isGlobal(id[1]) || typeof id[2] !== 'string') throw new PickleError('a storage is not described as torch.save does');
    return { object: 'storage', key: id[2], dtype: storages[id[1].global.slice('torch.'.length)] } as Storage;
  },
  call: (name, args) => {
    if (name === 'collections.OrderedDict') return new Map();
    if (name === 'torch.Size') return args[0] ?? [];
    if (name === 'torch._utils._rebuild_parameter') return args[0] ?? null;
    return viewOf(args);
  },
};

function viewOf([storage, offset, shape, strides]: readonly PickleValue[]): PickleValue {
  const valid = isObject(storage, 'storage') && isCount(offset) && isCounts(shape) && isCounts(strides) && shape.length === strides.length && shape.length <= 32;
  if (!valid) throw new PickleError('a tensor is not described as torch.save does');
  return { object: 'tensor', storage: storage as unknown as Storage, offset, shape, strides } as unknown as PickleValue;
}

/** Every tensor in nested dictionaries and lists, by its path. */
function collect(value: PickleValue, path: string, depth: number, out: Map<string, TensorView>, count: { visits: number }): void {
  if (depth > depthLimit) throw new PickleError(`it is nested deeper than ${depthLimit}`);
  count.visits += 1;
  if (count.visits > visitLimit) throw new PickleError(`it holds more than ${visitLimit} values`);
  if (isObject(value, 'tensor')) {
    if (out.has(path)) throw new PickleError(`two tensors are named "${path}"`);
    out.set(path, value as unknown as TensorView);
    return;
  }
  const children = value instanceof Map ? [...value] : Array.isArray(value) ? [...value.entries()] : [];
  for (const [key, child] of children) collect(child, path === '' ? String(key) : `${path}.${key}`, depth + 1, out, count);
}

function tensorOf(name: string, view: TensorView, entry: ZipEntry | undefined, read: ReadRange): WeightArray {
  const decoder = decoders.get(view.storage.dtype);
  if (entry === undefined || decoder === undefined) throw new PickleError(`the storage of "${name}" is missing`);
  const { shape, strides, offset } = view;
  const count = elementCount(shape);
  const capacity = Math.floor((entry.end - entry.start) / decoder.size);
  const last = count === 0 ? 0 : offset + shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis], 0) + 1;
  if (last > capacity || count > capacity) throw new PickleError(`"${name}" of shape [${shape.join(', ')}] reaches past its storage of ${capacity} numbers`);
  if (count === 0) return { shape, data: new Float32Array(0) };
  const from = entry.start + offset * decoder.size;
  const stored = decoder.decode(read(from, entry.start + last * decoder.size));
  return { shape, data: isContiguous(shape, strides) ? stored : gathered(stored, shape, strides, count) };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  return shape.every((side, axis) => side === 1 || strides[axis] === elementCount(shape.slice(axis + 1)));
}

function gathered(stored: Float32Array, shape: readonly number[], strides: readonly number[], count: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let [rest, at] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    out[i] = stored[at];
  }
  return out;
}

const isCount = (value: PickleValue | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: PickleValue | undefined): value is number[] => Array.isArray(value) && value.every(isCount);

function isObject(value: PickleValue | undefined, object: string): boolean {
  return typeof value === 'object' && value !== null && 'object' in value && value.object === object;
}
