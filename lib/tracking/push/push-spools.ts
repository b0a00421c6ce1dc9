import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { foldersIn } from '../filestore/experiment.ts';
import type { Problems } from '../problems.ts';
import type { StartRecord } from '../records.ts';
import type { CallOptions } from '../rest/calls.ts';
import { journalOf, readJournal } from '../spool/journal.ts';
import { releaseLock, takeLock } from '../spool/lock.ts';
import type { Outcome } from '../spool/sender.ts';
import { reportWaiting, sendJournal } from '../spool/sender.ts';

/** How the push of a waiting run ended; `busy`: a living process is still logging it, and sends it itself. */
export interface PushedSpool {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome | 'busy';
}

/** Sends what is left of every run in a spool folder, oldest first, so that parents come before their children. */
export async function pushSpools(o: CallOptions, root: string, disk: Disk, problems: Problems): Promise<PushedSpool[]> {
  const starts: StartRecord[] = [];
  for (const name of await foldersIn(root)) {
    const dir = join(root, name);
    const there = await access(journalOf(dir)).then(() => true, () => false);
    const [first] = there ? await readJournal(dir, 0, 4096) : [];
    if (first?.record.k === 'start') starts.push(first.record);
  }
  starts.sort((a, b) => a.startTime - b.startTime || Number(a.parent !== undefined) - Number(b.parent !== undefined));
  const pushed: PushedSpool[] = [];
  for (const { id, name } of starts) pushed.push({ id, name, outcome: await pushSpool(o, join(root, id), disk, problems) });
  return pushed;
}

async function pushSpool(o: CallOptions, dir: string, disk: Disk, problems: Problems): Promise<PushedSpool['outcome']> {
  if ((await takeLock(dir)) !== undefined) return 'busy';
  try {
    const outcome = await sendJournal({ dir, server: o.address.base.href, call: o, disk, problems });
    if (outcome === 'waiting') reportWaiting({ dir, problems });
    return outcome;
  } finally {
    await releaseLock(dir);
  }
}
