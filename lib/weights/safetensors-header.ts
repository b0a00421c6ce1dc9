import { failure } from '../diagnostics/failure.ts';
import { decoders, type Decoder } from './dtypes.ts';

/** One tensor as the header declares it; `start` and `end` are bytes of the file. */
export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly decoder: Decoder;
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Headers past this are refused, as the format's own reader does. */
const headerLimit = 100_000_000;
const maxRank = 32;

/** The length of the header that the first 8 bytes declare. @throws DiagnosticError where the file cannot hold it. */
export function headerLength(prefix: Uint8Array, fileSize: number, file: string): number {
  if (prefix.length < 8) throw broken(file, `expected 8 bytes of header length, received ${prefix.length}`);
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  const room = Math.min(headerLimit, fileSize - 8);
  if (length > BigInt(room)) throw broken(file, `expected a header of at most ${room} bytes, received a length of ${length}`);
  return Number(length);
}

/**
 * The header of a safetensors file, checked: known types, shapes that fit their bytes, and tensors that cover the rest of the file without
 * a gap or an overlap. @throws DiagnosticError naming the file and the tensor.
 */
export function parseHeader(json: Uint8Array, fileSize: number, file: string): SafetensorsHeader {
  const { __metadata__: metadata, ...tensors } = parseJson(json, file);
  const base = 8 + json.length;
  const entries = Object.entries(tensors).map(([name, value]) => entryOf(name, value, base, file)).sort((a, b) => a.start - b.start || a.end - b.end);
  let at = base;
  for (const entry of entries) {
    if (entry.start !== at) {
      throw broken(file, `"${entry.name}" begins at data byte ${entry.start - base}, expected ${at - base}: tensors may leave no gap and not overlap`);
    }
    at = entry.end;
  }
  if (at !== fileSize) throw broken(file, `the header declares ${at - base} bytes of data, received ${fileSize - base}`);
  return { entries, metadata: textsOf(metadata, file) };
}

function parseJson(json: Uint8Array, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw broken(file, 'the header is not JSON');
  }
  return recordOf(value, () => broken(file, 'the header is not a JSON object'));
}

function entryOf(name: string, value: unknown, base: number, file: string): TensorEntry {
  const wrong = (what: string): Error => broken(file, `"${name}": ${what}`);
  const { dtype, shape, data_offsets: offsets } = recordOf(value, () => wrong('expected an object with dtype, shape and data_offsets'));
  const decoder = typeof dtype === 'string' ? decoders.get(dtype) : undefined;
  if (decoder === undefined) throw wrong(`expected a dtype of ${[...decoders.keys()].join(', ')}, received ${JSON.stringify(dtype)}`);
  if (!isCounts(shape) || shape.length > maxRank) throw wrong('expected a shape of up to 32 whole numbers');
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[1] < offsets[0]) throw wrong('expected data_offsets [begin, end]');
  const bytes = shape.reduce((product, side) => product * side, decoder.size);
  if (offsets[1] - offsets[0] !== bytes) throw wrong(`shape [${shape.join(', ')}] takes ${bytes} bytes, received ${offsets[1] - offsets[0]}`);
  return { name, shape, decoder, start: base + offsets[0], end: base + offsets[1] };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((v) => Number.isSafeInteger(v) && v >= 0);
}

function textsOf(value: unknown, file: string): Record<string, string> {
  if (value === undefined) return {};
  const record = recordOf(value, () => broken(file, '__metadata__ is not an object'));
  for (const [key, text] of Object.entries(record)) {
    if (typeof text !== 'string') throw broken(file, `__metadata__ "${key}" is not a text`);
  }
  return record as Record<string, string>;
}

function recordOf(value: unknown, error: () => Error): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw error();
  return value as Record<string, unknown>;
}

/** An error about a weights file. */
export function broken(file: string, message: string): Error {
  return failure('weights-file', `${file}: ${message}`);
}
