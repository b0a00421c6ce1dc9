import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { errnoOf } from '../problems.ts';

/** How much of a run a server has: its id there, and the journal up to byte `offset`. */
export interface SentState {
  readonly offset: number;
  readonly run?: { readonly id: string; readonly experimentId: string; readonly artifactUri: string };
}

/** Each server has its own file, so that a run can be sent to a second one from the beginning. */
const stateFile = (dir: string, server: string): string =>
  join(dir, `sent-${createHash('sha256').update(server).digest('hex').slice(0, 12)}.json`);

export async function readSent(dir: string, server: string): Promise<SentState> {
  try {
    return JSON.parse(await readFile(stateFile(dir, server), 'utf8')) as SentState;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { offset: 0 };
    throw error;
  }
}

export function writeSent(dir: string, server: string, state: SentState, disk: Disk): Promise<void> {
  return disk.replace(stateFile(dir, server), JSON.stringify({ server, ...state }), dir);
}
