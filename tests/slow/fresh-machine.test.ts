import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { packageRoot } from '../../lib/engine/packages.ts';

// Needs the network for npm; TensorFlow comes from the cache that this checkout's own set-up filled.
const base = mkdtempSync(join(tmpdir(), 'swapgraph-fresh-'));
after(() => rmSync(base, { recursive: true, force: true }));

function command(cwd: string, name: string, ...args: string[]): SpawnSyncReturns<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_')));
  return spawnSync(name, args, { cwd, env, encoding: 'utf8' });
}

function succeed(cwd: string, name: string, ...args: string[]): SpawnSyncReturns<string> {
  const result = command(cwd, name, ...args);
  assert.equal(result.status, 0, `${name} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`);
  return result;
}

test('a fresh copy of the repository is set up by one command, and only once', () => {
  const checkout = join(base, 'checkout');
  copyWithoutIgnored(packageRoot(), checkout);
  const first = succeed(checkout, 'npm', 'run', 'setup');
  assert.match(first.stderr, /Installing npm packages: done in/);
  assert.match(first.stderr, /TensorFlow 2\.21\.0 works in node_modules/);
  const again = succeed(checkout, 'npm', 'run', 'setup');
  assert.match(again.stderr, /Everything is set up already\.\s*$/);
  const script = `import { loadEngine } from './lib/engine/engine.ts';\nconsole.log((await loadEngine()).name);`;
  assert.match(succeed(checkout, 'node', '--import', 'tsx', '--input-type=module', '-e', script).stdout, /native-/);
});

test('a project that installed the package sets up the engine beside it, and npm ci is never run there', () => {
  const project = join(base, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"name":"project","private":true}');
  const [tarball] = JSON.parse(succeed(packageRoot(), 'npm', 'pack', '--json', '--pack-destination', project).stdout) as { filename: string }[];
  succeed(project, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball.filename}`);
  const marker = join(project, 'node_modules/marker');
  writeFileSync(marker, '');
  const main = 'node_modules/swapgraph/lib/engine/setup/main.mjs';
  assert.match(succeed(project, 'node', main).stderr, /TensorFlow 2\.21\.0 works in/);
  assert.match(succeed(project, 'node', main).stderr, /set up already/);
  assert.ok(existsSync(marker));
  const script = `const tf = require('@tensorflow/tfjs-node'); console.log(tf.backend().binding.TF_Version);`;
  assert.match(succeed(project, 'node', '-e', script).stdout, /2\.21\.0/);
});

/** Copies what a clone would hold: everything but the folders that .gitignore names. */
function copyWithoutIgnored(from: string, to: string): void {
  const ignored = new Set(['node_modules', 'dist', 'runs', '.cache', '.venv', '.git', '__pycache__']);
  for (const name of readdirSync(from)) {
    if (ignored.has(name)) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    const filter = (path: string): boolean => !ignored.has(path.split('/').at(-1) ?? '') && !statSync(path).isSocket();
    cpSync(join(from, name), join(to, name), { recursive: true, filter });
  }
}
