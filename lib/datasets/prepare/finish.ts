import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { conversions } from '../../faces/decode.ts';
import type { Conversion } from '../../faces/decode.ts';
import { duplicateIndex } from './duplicates.ts';
import type { DuplicateIndex } from './duplicates.ts';
import { outcomeOf, outcomes } from './record.ts';
import type { FaceRecord, Outcome, PhotoRecord } from './record.ts';
import { recordPath, writeAtomically } from './store.ts';

/** What a prepared folder holds, in `summary.json`. */
export interface PrepareSummary {
  readonly photographs: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** How many photographs were turned, greyscale, CMYK, 16-bit, transparent, animated or reduced. */
  readonly conversions: Readonly<Partial<Record<Conversion, number>>>;
  /** Files under the inputs that are no pictures by their names. */
  readonly ignored: number;
  readonly faces: number;
  /** Faces without problems: those that a data set uses. */
  readonly usable: number;
  /** How often each problem was found; a face may have several. */
  readonly problems: Readonly<Record<string, number>>;
  /** SHA-256 of `manifest.jsonl`. */
  readonly manifest: string;
}

/**
 * Writes `manifest.jsonl` (one photograph per line, in the order of names) and `summary.json` from the stored records of the photographs with these ids, one after
 * the other, so that memory does not grow with their number. Marks near-duplicate faces.
 */
export async function finishPrepared(out: string, ids: readonly string[], ignored: number): Promise<PrepareSummary> {
  const counts = new Map<Outcome, number>();
  const problems = new Map<string, number>();
  const converted = new Map<Conversion, number>();
  const duplicates = duplicateIndex();
  const hash = createHash('sha256');
  let faces = 0;
  let usable = 0;
  const file = await open(join(out, '.tmp', 'manifest.jsonl'), 'w');
  try {
    for (const id of ids) {
      const record = markDuplicates(JSON.parse(await readFile(join(out, recordPath(id)), 'utf8')) as PhotoRecord, duplicates);
      counts.set(record.outcome, (counts.get(record.outcome) ?? 0) + 1);
      for (const name of record.conversions ?? []) converted.set(name, (converted.get(name) ?? 0) + 1);
      faces += record.faces.length;
      usable += record.faces.filter((face) => face.problems.length === 0).length;
      for (const problem of record.faces.flatMap((face) => face.problems)) problems.set(problem, (problems.get(problem) ?? 0) + 1);
      const line = `${JSON.stringify(record)}\n`;
      hash.update(line);
      await file.write(line);
    }
  } finally {
    await file.close();
  }
  await rename(join(out, '.tmp', 'manifest.jsonl'), join(out, 'manifest.jsonl'));
  const summary: PrepareSummary = {
    photographs: ids.length,
    outcomes: Object.fromEntries(outcomes.filter((outcome) => counts.has(outcome)).map((outcome) => [outcome, counts.get(outcome)])),
    conversions: Object.fromEntries(conversions.filter((name) => converted.has(name)).map((name) => [name, converted.get(name)])),
    ignored, faces, usable,
    problems: Object.fromEntries([...problems].sort(([p], [q]) => (p < q ? -1 : 1))),
    manifest: hash.digest('hex'),
  };
  await writeAtomically(out, 'summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

function markDuplicates(record: PhotoRecord, index: DuplicateIndex): PhotoRecord {
  const faces = record.faces.map((face): FaceRecord => {
    const hash = face.fields['hash'];
    if (typeof hash !== 'string' || face.problems.length > 0) return face;
    const twin = index.add(face.id, hash);
    return twin === undefined ? face : { ...face, problems: ['duplicate'], 'duplicate-of': twin };
  });
  return { ...record, faces, outcome: record.faces.length > 0 ? outcomeOf(faces) : record.outcome };
}

/** The records of a prepared folder's manifest, one after the other. */
export async function* readManifest(folder: string): AsyncGenerator<PhotoRecord> {
  for await (const line of createInterface({ input: createReadStream(join(folder, 'manifest.jsonl')), crlfDelay: Infinity })) {
    if (line !== '') yield JSON.parse(line) as PhotoRecord;
  }
}
