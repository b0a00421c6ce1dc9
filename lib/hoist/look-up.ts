import { createHash } from 'node:crypto';
import { entryPath, readEntry } from './store.ts';

/** What batches are completed with, as data that can go to another thread. */
export interface LookUp {
  readonly folder: string;
  /** Pairs per batch. */
  readonly batch: number;
  /** By the step input that they have become; `segments` are runs of `batch` rows. */
  readonly values: Readonly<Record<string, { readonly shape: readonly number[]; readonly segments: readonly { readonly output: string; readonly side: Side }[] }>>;
  /** By the name of an output of the sample graph. */
  readonly outputs: Readonly<Record<string, { readonly key: string; readonly fields: readonly string[]; readonly floats: number }>>;
}

export type Side = 'source' | 'target';

/** One array of a batch, the batch axis first. */
export interface HoistArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
}

/** By data field (`source.image`), and the hoisted ones by input. */
export type Arrays = Readonly<Record<string, HoistArray>>;

/** A value of one sample that some rows of a batch need. */
export interface Wanted {
  readonly output: string;
  /** Names the sample, by its content. */
  readonly sample: string;
  /** Where the sample's fields are in the batch. */
  readonly side: Side;
  readonly row: number;
  readonly places: readonly Place[];
}

export interface Place {
  readonly input: string;
  readonly row: number;
}

/** Beside a hoisted input: which of its rows were kept, 1 or 0 each. */
export const presence = (input: string): string => `${input}?`;

/**
 * The hoisted values of a batch as far as they are kept, and which rows that are. A sample is named by the content of its fields as the step sees
 * them, so another size, another augmentation or another picture under the same name is another sample.
 */
export async function lookUp(batch: Arrays, request: LookUp): Promise<Arrays> {
  const arrays = Object.fromEntries(Object.entries(request.values).flatMap(([input, { shape }]): [string, HoistArray][] => [
    [input, { shape, dtype: 'float32', data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }],
    [presence(input), { shape: [shape[0]], dtype: 'int32', data: new Int32Array(shape[0]) }],
  ]));
  await Promise.all(wantedOf(batch, request, () => true).map(async ({ output, sample, places }) => {
    const { key, floats } = request.outputs[output];
    const value = new Float32Array(floats);
    if (await readEntry(entryPath(request.folder, key, sample), value)) places.forEach((place) => putRow(arrays, place, value));
  }));
  return arrays;
}

/** Puts one row of a hoisted value and marks it present. */
export function putRow(arrays: Arrays, { input, row }: Place, value: Float32Array): void {
  arrays[input].data.set(value, row * value.length);
  arrays[presence(input)].data[row] = 1;
}

/** The values that the chosen places need, each once. */
export function wantedOf(batch: Arrays, { values, outputs, batch: size }: LookUp, chosen: (place: Place) => boolean): Wanted[] {
  const wanted = new Map<string, Wanted & { readonly places: Place[] }>();
  const samples = new Map<string, string>();
  for (const [input, { segments }] of Object.entries(values)) {
    segments.forEach(({ output, side }, k) => {
      const names = outputs[output].fields.map((field) => `${side}.${field}`);
      for (let row = 0; row < size; row++) {
        const place = { input, row: k * size + row };
        if (!chosen(place)) continue;
        const at = `${names.join(' ')} ${row}`;
        const sample = samples.get(at) ?? sampleName(batch, names, row);
        samples.set(at, sample);
        const known = wanted.get(`${output} ${sample}`) ?? { output, sample, side, row, places: [] };
        known.places.push(place);
        wanted.set(`${output} ${sample}`, known);
      }
    });
  }
  return [...wanted.values()];
}

/** SHA-256 of a sample's fields: names without the side, shapes, kinds and numbers. */
function sampleName(batch: Arrays, names: readonly string[], row: number): string {
  const hash = createHash('sha256');
  for (const name of names) {
    const { shape, dtype, data } = batch[name];
    const size = shape.slice(1).reduce((a, b) => a * b, 1);
    hash.update(JSON.stringify([name.slice(name.indexOf('.') + 1), shape.slice(1), dtype]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset + 4 * row * size, 4 * size));
  }
  return hash.digest('hex');
}
