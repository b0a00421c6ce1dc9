import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ALLOCATOR, NODE_FLAGS } from '../../lib/launch/process.ts';

/** What steps in a process of their own took: MiB before and after, seconds. */
export interface StepMemory {
  readonly loaded: number;
  readonly peak: number;
  readonly seconds: number;
  readonly terms: Readonly<Record<string, number>>;
  /** With `--checkpoint`: its size, whether the state came back from it bit by bit, and what else is in its folder. */
  readonly checkpoint?: { readonly bytes: number; readonly same: boolean; readonly left: readonly string[] };
}

/** Peak resident memory (VmHWM), in MiB, of a process that does one part of a run; flags as in run-memory-child.ts. */
export function runMemory(part: 'evaluation' | 'hoisted', file: string, ...flags: readonly string[]): number {
  return (outcomeOf('run-memory-child.ts', part, file, ...flags) as { readonly peak: number }).peak;
}

/** Peak resident memory (VmHWM) of a process that runs steps of an experiment; flags as in step-memory-child.ts. */
export function stepMemory(file: string, ...flags: readonly string[]): StepMemory {
  return outcomeOf('step-memory-child.ts', file, ...flags) as StepMemory;
}

/** What a module of this folder prints at last, run in a process of its own. */
function outcomeOf(module: string, ...args: readonly string[]): unknown {
  const child = fileURLToPath(new URL(module, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [...NODE_FLAGS, '--import', 'tsx', child, ...args], { encoding: 'utf8', env: { ...ALLOCATOR, ...process.env } });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}
