import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../golden/shipped.ts';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The real command in a process of its own, started in `cwd`. */
export function swapgraph(args: readonly string[], cwd: string = ROOT, env: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'lib/cli/bin.mjs'), ...args], { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', ...env }, timeout: 120_000 });
  return { code: status, out: stdout, err: stderr };
}
