import { appendFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Disk } from '../disk.ts';
import { cutValue, MAX_RUN_NAME_LENGTH } from '../limits.ts';
import type { Problems } from '../problems.ts';
import { errnoOf, reasonOf } from '../problems.ts';
import type { StartRecord, TrackRecord } from '../records.ts';
import { PARENT_TAG } from '../records.ts';
import { sendArtifact } from '../rest/artifacts.ts';
import type { Entity } from '../rest/batches.ts';
import { intoBatches, sendBatch } from '../rest/batches.ts';
import type { CallOptions } from '../rest/calls.ts';
import { findOrCreateRun } from '../rest/find-or-create.ts';
import { ensureServerExperiment, logInputs, updateRun } from '../rest/mlflow-client.ts';
import { ServerError } from '../rest/server-error.ts';
import type { Journaled } from './journal.ts';
import { readJournal } from './journal.ts';
import { parentOnServer } from './parents.ts';
import type { SentState } from './sent-state.ts';
import { readSent, writeSent } from './sent-state.ts';

export interface SenderOptions {
  /** The run's spool folder, beside those of the other runs. */
  readonly dir: string;
  /** The server, as the state of what is sent knows it. */
  readonly server: string;
  readonly call: CallOptions;
  readonly disk: Disk;
  readonly problems: Problems;
}

/** `done`: the server has all; `away`, `waiting` (for the parent run): may be tried again; `stalled`: only a person can help. */
export type Outcome = 'done' | 'away' | 'waiting' | 'stalled';

type OnServer = NonNullable<SentState['run']>;

/** Sends what the journal holds beyond what the server already has, in order; never throws. */
export async function sendJournal(o: SenderOptions): Promise<Outcome> {
  try {
    let state = await readSent(o.dir, o.server);
    for (;;) {
      const entries = await readJournal(o.dir, state.offset);
      if (entries.length === 0) return 'done';
      const run = state.run ?? (await beginOnServer(o));
      if (state.run === undefined) await writeSent(o.dir, o.server, (state = { ...state, run }), o.disk);
      for (const group of groups(entries)) {
        const spent = await sendGroup(o, run, group);
        state = { run, offset: group[group.length - 1].end };
        await writeSent(o.dir, o.server, state, o.disk);
        for (const file of spent) await rm(file, { force: true });
      }
    }
  } catch (error) {
    return explain(o, error);
  }
}

function explain(o: SenderOptions, error: unknown): Outcome {
  const { host } = o.call.address.base;
  if (error instanceof ServerError && error.code === 'PARENT_PENDING') return 'waiting';
  const push = 'send it later with: npx swapgraph push DIR --to URI';
  if (error instanceof ServerError && error.retryable) {
    o.problems.report('server-away', `the tracking server ${host} cannot be reached (${error.message}); the run is kept in ${o.dir} and sent when it answers`, push);
    return 'away';
  }
  const code = error instanceof ServerError ? 'server-refused' : 'spool';
  o.problems.report(code, `the run is not being sent to ${host}: ${reasonOf(error)}; it is kept in ${o.dir}`, push);
  return 'stalled';
}

/** Says what a run still waits for when nothing will try again. */
export function reportWaiting(o: Pick<SenderOptions, 'dir' | 'problems'>): void {
  const message = `the run in ${o.dir} is not on the server, because the run it is nested under is not there yet`;
  o.problems.report('parent-pending', message, 'push the parent too: npx swapgraph push DIR --to URI');
}

async function beginOnServer(o: SenderOptions): Promise<OnServer> {
  const [first] = await readJournal(o.dir, 0, 4096);
  const start = first.record as StartRecord;
  const experimentId = await ensureServerExperiment(o.call, start.experiment);
  const parent = start.parent === undefined ? undefined : await parentOnServer(o.call, dirname(o.dir), o.server, experimentId, start.parent);
  const { run } = await findOrCreateRun(o.call, {
    key: start.id,
    experimentId,
    name: cutValue(start.name, MAX_RUN_NAME_LENGTH).value,
    startTime: start.startTime,
    tags: parent === undefined ? [] : [{ key: PARENT_TAG, value: parent }],
  });
  return { id: run.id, experimentId, artifactUri: run.artifactUri };
}

/** Neighbouring metrics, params and tags share batches; every other record stands alone. */
function groups(entries: readonly Journaled[]): Journaled[][] {
  const found: Journaled[][] = [];
  for (const entry of entries) {
    const last = found[found.length - 1];
    const joins = last !== undefined && isBatched(entry.record) && isBatched(last[0].record);
    if (joins) last.push(entry);
    else found.push([entry]);
  }
  return found;
}

const isBatched = (record: TrackRecord): boolean => record.k === 'metrics' || record.k === 'param' || record.k === 'tag';

/** Gives the copies of artifacts that are no longer needed once the server has the group. */
async function sendGroup(o: SenderOptions, run: OnServer, group: readonly Journaled[]): Promise<string[]> {
  const { record } = group[0];
  if (record.k === 'artifact') {
    const file = join(o.dir, record.file);
    const sent = await refusable(o, record, () => sendArtifact(o.call, run.artifactUri, record.path, file));
    return sent ? [file] : [];
  }
  if (record.k === 'dataset') await refusable(o, record, () => logInputs(o.call, run.id, record.dataset));
  else if (record.k === 'resume') await updateRun(o.call, run.id, 'RUNNING');
  else if (record.k === 'end') await updateRun(o.call, run.id, record.status, record.endTime);
  for (const batch of intoBatches(group.flatMap((entry) => entitiesOf(entry.record)))) {
    await sendBatch(o.call, run.id, batch, ({ entity }, reason) => refuse(o, entity, reason));
  }
  return [];
}

function entitiesOf(record: TrackRecord): Entity[] {
  if (record.k === 'param') return [{ kind: 'params', entity: { key: record.key, value: record.value } }];
  if (record.k === 'tag') return [{ kind: 'tags', entity: { key: record.key, value: record.value } }];
  if (record.k !== 'metrics') return [];
  return record.points.map(([key, value, timestamp, step]) => ({ kind: 'metrics', entity: { key, value, timestamp, step } }));
}

/** False where the server refuses the entry for what it is: it is set aside, and what follows still goes. */
async function refusable(o: SenderOptions, record: TrackRecord, send: () => Promise<void>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    const gone = errnoOf(error) === 'ENOENT';
    const refused = error instanceof ServerError && (error.status === 400 || error.status === 413 || error.code === 'ARTIFACTS_NOT_SERVED');
    if (!gone && !refused) throw error;
    await refuse(o, record, reasonOf(error));
    return false;
  }
}

async function refuse(o: SenderOptions, entry: unknown, reason: string): Promise<void> {
  const file = join(o.dir, 'refused.jsonl');
  await appendFile(file, `${JSON.stringify({ reason, entry })}\n`);
  o.problems.report('refused', `the tracking server refused an entry (${reason}); it and any others are listed in ${file}`);
}
