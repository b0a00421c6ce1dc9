import { open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrackRecord } from '../records.ts';

/** The file a run's records are appended to, one line of JSON each. */
export const journalOf = (dir: string): string => join(dir, 'journal.jsonl');

/** A record and the offset in bytes just behind it. */
export interface Journaled {
  readonly record: TrackRecord;
  readonly end: number;
}

export function journalLines(records: readonly TrackRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Whole records from byte `offset` on, about `budget` bytes of them and at least one; none at the end. */
export async function readJournal(dir: string, offset: number, budget = 262_144): Promise<Journaled[]> {
  const file = await open(journalOf(dir), 'r');
  try {
    for (let size = budget; ; size *= 2) {
      const buffer = Buffer.alloc(size);
      const { bytesRead } = await file.read(buffer, 0, size, offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      if (end > 0) return parseLines(buffer.subarray(0, end), offset);
      if (bytesRead < size) return [];
    }
  } finally {
    await file.close();
  }
}

/** Every whole record of a run, piece by piece. */
export async function* journalRecords(dir: string): AsyncGenerator<Journaled> {
  for (let offset = 0; ; ) {
    const piece = await readJournal(dir, offset);
    if (piece.length === 0) return;
    yield* piece;
    offset = piece[piece.length - 1].end;
  }
}

/** Cuts off a last line that a killed process left unfinished. */
export async function repairJournal(dir: string): Promise<void> {
  let end = 0;
  for await (const entry of journalRecords(dir)) end = entry.end;
  await truncate(journalOf(dir), end);
}

function parseLines(bytes: Buffer, offset: number): Journaled[] {
  const entries: Journaled[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start) + 1;
    entries.push({ record: JSON.parse(bytes.toString('utf8', start, end)) as TrackRecord, end: offset + end });
    start = end;
  }
  return entries;
}
