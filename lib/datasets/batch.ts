import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { Dataset, FieldSpec, FieldValue, Pair, PairPolicy, Split } from '../registry/dataset.ts';
import { pairField, parseFieldAddress } from '../registry/field-address.ts';

export interface BatchRequest {
  /** What to assemble and nothing else: `source.image`, `target.mask`, `pair.same-identity`. */
  readonly fields: readonly string[];
  /** Pairs per batch. */
  readonly batch: number;
  readonly split: Split;
  readonly policy: PairPolicy;
  /** Index of step 0's first pair, default 0: runs of different seeds start at different places of one data set. */
  readonly first?: number;
}

/** One field of a batch: row-major, the batch axis first. */
export interface BatchArray {
  /** [N, ...] */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
}

export type Batch = Readonly<Record<string, BatchArray>>;

/**
 * The batch of one step: the `batch` pairs from `first + step * batch` on, whichever steps came before.
 * Bytes (8-bit pictures and masks) become floats in [0, 1]; truth values become int32. @throws DiagnosticError for a field that is not there.
 */
export async function assembleBatch(dataset: Dataset, request: BatchRequest, step: number): Promise<Batch> {
  const specs = batchFields(dataset, request.fields);
  const indices = Array.from({ length: request.batch }, (_, i) => (request.first ?? 0) + step * request.batch + i);
  const pairs = await Promise.all(indices.map((index) => dataset.pair(index, request.split, request.policy)));
  return batchOf(pairs, specs);
}

/** Per-sample shape and dtype of each requested field. @throws DiagnosticError for one that is not there or is no tensor. */
export function batchFields(dataset: Pick<Dataset, 'fields' | 'description'>, names: readonly string[]): Readonly<Record<string, FieldSpec>> {
  return Object.fromEntries(names.map((name) => [name, fieldSpec(dataset, name)]));
}

function fieldSpec({ fields, description }: Pick<Dataset, 'fields' | 'description'>, name: string): FieldSpec {
  const { side, field } = parseFieldAddress(name);
  if (side === 'pair') return pairField(field);
  if (!Object.hasOwn(fields, field)) throw failure('data-field', `the data set (${description}) has no field "${field}"`, undefined, suggestion(field, Object.keys(fields)));
  if (fields[field].dtype !== 'text') return fields[field];
  throw failure('data-field', `"${name}" is a text and no tensor`, undefined, 'add a field made from it, as in `fields: { tokens: { from: caption, tokenize: clip-bpe } }`');
}

/** The fields of `specs` from these pairs, in order. */
export function batchOf(pairs: readonly Pair[], specs: Readonly<Record<string, FieldSpec>>): Batch {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, stack(name, pairs.map((pair) => valueOf(pair, name)), spec)]));
}

function valueOf(pair: Pair, name: string): FieldValue {
  const { side, field } = parseFieldAddress(name);
  if (side !== 'pair') return pair[side].fields[field];
  return Float32Array.of((field === 'same-image' ? pair.sameImage : pair.sameIdentity) ? 1 : 0);
}

function stack(name: string, values: readonly FieldValue[], spec: FieldSpec): BatchArray {
  const size = spec.shape.reduce((product, side) => product * side, 1);
  const dtype = spec.dtype === 'float32' ? 'float32' : 'int32';
  const data = dtype === 'float32' ? new Float32Array(size * values.length) : new Int32Array(size * values.length);
  values.forEach((value, i) => {
    if (typeof value === 'string' || value?.length !== size) {
      throw new Error(`sample ${i} gave ${value?.length ?? 'no'} values for "${name}", expected ${size} of shape [${spec.shape.join(', ')}]`);
    }
    data.set(value, i * size);
    if (dtype === 'float32' && value instanceof Uint8Array) for (let k = i * size; k < (i + 1) * size; k++) data[k] /= 255;
  });
  return { shape: [values.length, ...spec.shape], dtype, data };
}
