import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { TEMP_PREFIX } from '../disk.ts';
import { Seen } from '../seen.ts';
import { KeyedFiles } from './keyed-files.ts';
import { metricLine, parseMetricLines } from './metric-lines.ts';

/**
 * Takes a run's folder back to step `step`: metric points beyond it, torn last lines and temporary files of a killed process
 * are removed. Gives what the run still holds.
 */
export async function reopenRun(dir: string, step: number, disk: Disk): Promise<Seen> {
  for (const name of await readdir(dir)) {
    if (name.startsWith(TEMP_PREFIX)) await rm(join(dir, name), { force: true });
  }
  const seen = new Seen();
  const metrics = await KeyedFiles.open(join(dir, 'metrics'));
  for (const key of metrics.keys()) await rewind(join(dir, 'metrics', metrics.file(key)), key, step, seen, dir, disk);
  const params = await KeyedFiles.open(join(dir, 'params'));
  for (const key of params.keys()) seen.params.set(key, await readFile(join(dir, 'params', params.file(key)), 'utf8'));
  return seen;
}

async function rewind(path: string, key: string, step: number, seen: Seen, temp: string, disk: Disk): Promise<void> {
  const before = await readFile(path, 'utf8');
  const kept = parseMetricLines(key, before).filter((point) => point[3] <= step && seen.accept(point));
  const after = kept.map(metricLine).join('');
  if (after === before) return;
  if (after === '') await rm(path);
  else await disk.replace(path, after, temp);
}
