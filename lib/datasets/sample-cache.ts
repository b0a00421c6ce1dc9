import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { FieldSpec, FieldValue, Sample } from '../registry/dataset.ts';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts';
import type { WeightArray } from '../weights/weights.ts';

/** Samples kept on disk, so that what is dear to make is made once for all runs, threads and processes. */
export interface SampleCache {
  /** The sample of that id: from disk, else made and kept. A damaged file is made again. */
  get(id: string, make: () => Sample): Promise<Sample>;
}

/** A cache in `folder`, which must be named after everything that decides the samples. Numbers are kept as float32 (integers up to 2^24), bytes become floats. */
export function sampleCache(folder: string, fields: Readonly<Record<string, FieldSpec>>): SampleCache {
  // Two pairs of one batch may show one picture: it is made once.
  const making = new Map<string, Promise<Sample>>();
  const fetch = async (id: string, make: () => Sample): Promise<Sample> => {
    const path = join(folder, `${encodeURIComponent(id)}.safetensors`);
    const kept = existsSync(path) ? readSample(path, id, fields) : undefined;
    if (kept) return kept;
    const sample = make();
    await mkdir(folder, { recursive: true });
    await writeSample(path, sample, fields);
    return sample;
  };
  return {
    get: (id, make) => {
      const made = making.get(id) ?? fetch(id, make).finally(() => making.delete(id));
      making.set(id, made);
      return made;
    },
  };
}

function readSample(path: string, id: string, fields: Readonly<Record<string, FieldSpec>>): Sample | undefined {
  try {
    const { weights, metadata } = readSafetensors(path);
    const value = (name: string, spec: FieldSpec): FieldValue | undefined => {
      if (spec.dtype === 'text') return metadata[`text.${name}`];
      const data = weights.get(name)?.data;
      return spec.dtype === 'float32' ? data : data && Int32Array.from(data);
    };
    const values = Object.entries(fields).map(([name, spec]) => [name, value(name, spec)] as const);
    if (metadata.id !== id || metadata.identity === undefined || values.some(([, v]) => v === undefined)) return undefined;
    return { id, identity: metadata.identity, fields: Object.fromEntries(values) as Record<string, FieldValue> };
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

async function writeSample(path: string, sample: Sample, fields: Readonly<Record<string, FieldSpec>>): Promise<void> {
  const arrays = new Map<string, WeightArray>();
  const metadata: Record<string, string> = { id: sample.id, identity: sample.identity };
  for (const [name, spec] of Object.entries(fields)) {
    const value = sample.fields[name];
    if (typeof value === 'string') metadata[`text.${name}`] = value;
    else arrays.set(name, { shape: spec.shape, data: value instanceof Float32Array ? value : Float32Array.from(value, (v) => (value instanceof Uint8Array ? v / 255 : v)) });
  }
  await writeSafetensors(path, arrays, metadata, { durable: false, partial: `${path}.${process.pid}-${threadId}.partial` });
}
