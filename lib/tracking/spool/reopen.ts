import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TEMP_PREFIX } from '../disk.ts';
import { Seen } from '../seen.ts';
import { journalRecords, repairJournal } from './journal.ts';

/**
 * Readies a spool for a run that goes on after step `step`. What is beyond it may be on the server already, which cannot forget
 * a point, so it stays, and the resumed run's repetition of it is dropped instead.
 */
export async function reopenSpool(dir: string, step: number): Promise<{ seen: Seen; artifacts: number }> {
  for (const name of await readdir(dir)) {
    if (name.startsWith(TEMP_PREFIX)) await rm(join(dir, name), { force: true });
  }
  await repairJournal(dir);
  const seen = new Seen();
  let artifacts = 0;
  for await (const { record } of journalRecords(dir)) {
    if (record.k === 'param') seen.params.set(record.key, record.value);
    if (record.k === 'artifact') artifacts = Math.max(artifacts, Number(record.file.split('/').pop()) + 1);
    if (record.k !== 'metrics') continue;
    for (const point of record.points) if (point[3] > step) seen.expectReplay(point);
  }
  return { seen, artifacts };
}
