import { spawnSync } from 'node:child_process';
import { packageRoot } from '../../lib/engine/packages.ts';

/**
 * Runs lines of TypeScript-importing JavaScript in a process of its own, because an engine loads once per process; `loadEngine` is in
 * scope and `report(value)` gives back JSON.
 */
export function inChild(lines: string, env: NodeJS.ProcessEnv = {}): { value: unknown; stderr: string; status: number | null } {
  const script = `import { loadEngine } from './lib/engine/engine.ts';\nconst report = (value) => console.log('report ' + JSON.stringify(value));\n${lines}`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TF_|OMP_|CUDA_)/.test(name)));
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: packageRoot(), env: { ...clean, ...env }, encoding: 'utf8' });
  const line = stdout.split('\n').find((text) => text.startsWith('report '));
  return { value: line && JSON.parse(line.slice('report '.length)), stderr, status };
}
