import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What steps in a process of their own took: MiB before and after, seconds. */
export interface StepMemory {
  readonly loaded: number;
  readonly peak: number;
  readonly seconds: number;
  readonly terms: Readonly<Record<string, number>>;
}

const child = fileURLToPath(new URL('step-memory-child.ts', import.meta.url));

/** Peak resident memory (VmHWM) of a process that runs steps of an experiment; flags as in step-memory-child.ts. */
export function stepMemory(file: string, ...flags: readonly string[]): StepMemory {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', child, file, ...flags], { encoding: 'utf8', env: process.env });
  if (status !== 0) throw new Error(`${file} ${flags.join(' ')}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as StepMemory;
}
