import type { DType } from '../shape/shape.ts';
import type { AttributeSchemas, Infer } from './attributes.ts';

/** One named field of a sample: a picture, a mask, landmarks, a text. Shapes are per sample, without the batch axis. */
export interface FieldSpec {
  readonly doc: string;
  readonly shape: readonly number[];
  readonly dtype: DType | 'text';
}

/** What is known of a pair as a whole: 0 or 1 per pair. */
export const pairFields: Readonly<Record<'same-identity' | 'same-image', FieldSpec>> = {
  'same-identity': { doc: '1 where both samples show one person, else 0.', shape: [], dtype: 'float32' },
  'same-image': { doc: '1 where both samples are one picture, else 0.', shape: [], dtype: 'float32' },
};

export type FieldValue = Float32Array | Int32Array | Uint8Array | string;

export interface Sample {
  /** Names the sample for ever: `identity-3/photo-2`, `seed-7/12`. */
  readonly id: string;
  readonly identity: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface Pair {
  readonly source: Sample;
  readonly target: Sample;
  readonly sameIdentity: boolean;
  readonly sameImage: boolean;
}

export interface PairPolicy {
  /** Share of pairs whose two samples show one person, 0..1. */
  readonly sameIdentity: number;
  /** Whether such a pair is two pictures of the person or the same picture twice. */
  readonly by: 'identity' | 'image';
}

export type Split = 'train' | 'test';

/** An open data set. The i-th pair of a (seed, split, policy) is always the same and never needs the others. */
export interface Dataset {
  /** Hash of the content and the options: results from different data are never put into one table. */
  readonly hash: string;
  /** What this data set is, in one line for reports. */
  readonly description: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Number of samples in a split; undefined for a stream without an end. */
  length(split: Split): number | undefined;
  pair(index: number, split: Split, policy: PairPolicy): Promise<Pair>;
  /** The perfect answer of a pair where the data set knows it: the target shown with the source's identity. */
  oracle?(pair: Pair): Promise<Sample>;
  close?(): Promise<void>;
}

export interface OpenOptions {
  /** Side of the square pictures, in pixels. */
  readonly size: number;
  readonly seed: number;
}

export interface DatasetDefinition<A extends AttributeSchemas = AttributeSchemas> {
  readonly name: string;
  readonly doc: string;
  readonly attrs: A;
  /** Attributes that hold paths; they arrive absolute. */
  readonly paths?: readonly string[];
  /** The fields that `open` will give, known without opening (for `check`). */
  readonly fields: (attrs: Infer<A>, options: OpenOptions) => Readonly<Record<string, FieldSpec>>;
  readonly open: (attrs: Infer<A>, options: OpenOptions) => Promise<Dataset>;
}

export type AnyDataset = DatasetDefinition<any>; // eslint-disable-line @typescript-eslint/no-explicit-any

export function defineDataset<const A extends AttributeSchemas>(definition: DatasetDefinition<A>): DatasetDefinition<A> {
  return Object.freeze(definition);
}
