import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import type { TrainState } from '../compile/step/step-engine.ts';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from '../weights/safetensors.ts';

/** What a checkpoint must agree with to be resumed from, beside the arrays it holds. */
export interface CheckpointIdentity {
  readonly experiment: string;
  readonly seed: number;
  /** Engine, threads and processor features: filter gradients differ in their last bits between them. */
  readonly engine: string;
  /** Which values are computed once per sample, default `none`: alone they differ in their last bits from what a whole batch gives. */
  readonly hoisted?: string;
}

export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly file: string;
}

const FOLDER = 'checkpoints';
const NAME = /^step-(\d{9})\.safetensors$/;

/** Writes the state after `step` steps and drops all but the newest `keep` checkpoints. */
export async function writeCheckpoint(dir: string, step: number, state: TrainState, identity: CheckpointIdentity, keep: number): Promise<string> {
  const folder = path.join(dir, FOLDER);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `step-${String(step).padStart(9, '0')}.safetensors`);
  const metadata = { step: String(step), updates: JSON.stringify(state.updates), ...textsOf(identity) };
  await writeSafetensors(file, state.arrays, metadata);
  for (const old of listCheckpoints(dir).slice(0, -keep)) rmSync(old.file, { force: true });
  return file;
}

/** The checkpoints of a run, oldest first. */
export function listCheckpoints(dir: string): Checkpoint[] {
  let names: string[];
  try {
    names = readdirSync(path.join(dir, FOLDER));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names.filter((n) => NAME.test(n)).sort().map((n) => ({ step: Number((NAME.exec(n) as RegExpExecArray)[1]), file: path.join(dir, FOLDER, n) }));
}

/** The state of the newest checkpoint, or undefined where there is none. @throws DiagnosticError where it belongs to another run. */
export function readNewestCheckpoint(dir: string, identity: CheckpointIdentity): { readonly step: number; readonly state: TrainState } | undefined {
  const newest = listCheckpoints(dir).at(-1);
  if (!newest) return undefined;
  const { metadata } = readSafetensorsHeader(newest.file);
  requireSame(newest.file, metadata, identity);
  const { weights } = readSafetensors(newest.file);
  return { step: newest.step, state: { arrays: weights, updates: JSON.parse(metadata.updates ?? '{}') as Record<string, number> } };
}

function requireSame(file: string, metadata: Readonly<Record<string, string>>, identity: CheckpointIdentity): void {
  for (const [key, expected] of Object.entries(textsOf(identity))) {
    const found = metadata[key] ?? (key === 'hoisted' ? 'none' : undefined);
    if (found === expected) continue;
    throw failure('run/resume', `${file} was written with ${key} ${found}, this run has ${expected}`, undefined, HINTS[key] ?? 'choose another --out, or remove the folder to start anew');
  }
}

const HINTS: Readonly<Record<string, string>> = {
  engine: 'results would differ in their last bits; choose another --out to start anew',
  hoisted: 'results would differ in their last bits; go on with the --no-hoist and --hoist-limit that it began with, or choose another --out to start anew',
};

const textsOf = ({ experiment, seed, engine, hoisted = 'none' }: CheckpointIdentity): Record<string, string> => ({ experiment, seed: String(seed), engine, hoisted });
