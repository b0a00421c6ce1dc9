import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../golden/shipped.ts';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const BIN = path.join(ROOT, 'lib/cli/bin.mjs');
const environment = (extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({ ...process.env, NO_COLOR: '1', ...extra });

/** The real command in a process of its own, started in `cwd`. */
export function swapgraph(args: readonly string[], cwd: string = ROOT, env: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: 'utf8', env: environment(env), timeout: 600_000, maxBuffer: 1e8 });
  return { code: status, out: stdout, err: stderr };
}

/** Starts the command in `cwd` and sends its process group a signal once something has happened, or lets it end. Resolves to the exit code, null where the signal ended it. */
export async function interrupted(args: readonly string[], cwd: string, signal: NodeJS.Signals, hasHappened: () => boolean): Promise<number | null> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: environment({}), stdio: 'ignore', detached: true });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const limit = performance.now() + 120_000;
  while (child.exitCode === null && !hasHappened()) {
    assert.ok(performance.now() < limit, 'the command makes progress');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (child.exitCode === null) process.kill(-(child.pid as number), signal);
  return closed;
}
