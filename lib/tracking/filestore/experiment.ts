import { createHash } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { TEMP_PREFIX } from '../disk.ts';
import { readMeta, writeMeta } from '../flat-yaml.ts';
import { cutValue, MAX_EXPERIMENT_NAME_LENGTH } from '../limits.ts';
import { errnoOf } from '../problems.ts';
import type { ArtifactUri } from './layout.ts';
import { artifactUriOf, META, TRASH } from './layout.ts';

export interface LocalExperiment {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
}

/** The experiments of an `mlruns` folder, those in its `.trash` included; folders without a readable `meta.yaml` are none. */
export async function listExperiments(root: string): Promise<LocalExperiment[]> {
  const found: LocalExperiment[] = [];
  for (const folder of [root, join(root, TRASH)]) {
    for (const entry of await foldersIn(folder)) {
      if (entry === TRASH || entry === 'models') continue;
      const experiment = await readExperiment(join(folder, entry), folder === root);
      if (experiment !== undefined) found.push(experiment);
    }
  }
  return found;
}

/**
 * The id of the experiment called `name`, made if it is not there. Its id is derived from its name, so that processes that
 * create it at the same time make the same folder, and the first `meta.yaml` stays.
 */
export async function ensureExperiment(root: string, name: string, now: number, uri: ArtifactUri, disk: Disk): Promise<string> {
  const fitted = cutValue(name, MAX_EXPERIMENT_NAME_LENGTH).value;
  await disk.mkdir(root);
  const known = await listExperiments(root);
  const same = known.find((e) => e.name === fitted && e.active);
  if (same !== undefined) return same.id;
  const ids = new Set(known.map((e) => e.id));
  let attempt = 0;
  while (ids.has(experimentId(fitted, attempt))) attempt++;
  const id = experimentId(fitted, attempt);
  await disk.mkdir(join(root, id));
  await writeOnce(root, id, writeMeta({
    artifact_location: artifactUriOf(root, uri, id),
    creation_time: now,
    experiment_id: id,
    last_update_time: now,
    lifecycle_stage: 'active',
    name: fitted,
  }));
  return id;
}

async function readExperiment(folder: string, inRoot: boolean): Promise<LocalExperiment | undefined> {
  const text = await readFile(join(folder, META), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { experiment_id: id, name, lifecycle_stage: stage } = readMeta(text);
  return { id: String(id), name: String(name), active: inRoot && stage === 'active' };
}

/** 18 digits, as MLflow's own; a database keeps them in 64 bits. */
function experimentId(name: string, attempt: number): string {
  const digest = createHash('sha256').update(JSON.stringify([name, attempt])).digest();
  return String(10n ** 17n + (digest.readBigUInt64BE(0) % (9n * 10n ** 17n)));
}

/** Makes the file whole and only if it is not there: a hard link fails where a rename would replace. */
async function writeOnce(root: string, id: string, text: string): Promise<void> {
  const temp = join(root, id, `${TEMP_PREFIX}${process.pid}-experiment`);
  await writeFile(temp, text);
  try {
    await link(temp, join(root, id, META));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(temp, { force: true });
  }
}

export async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((e) => e.isDirectory()).map((e) => e.name).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
