// node tests/run.mjs [--slow] [--list] [PART OF A PATH]…: runs the test files whose path holds one of the parts (all, where none is given).
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const NOT_IN_THE_SUITE = ['tests/slow', 'tests/bench'];
/** A test that hangs fails after this long. */
const TIMEOUT_MS = { suite: 10 * 60_000, slow: 60 * 60_000 };

function collect(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_IN_THE_SUITE.includes(path) ? [] : collect(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

function run(files, timeout) {
  const node = ['--import', 'tsx', '--test', '--test-concurrency=2', `--test-timeout=${timeout}`, '--test-reporter=spec'];
  const child = spawn(process.execPath, [...node, ...files], { cwd: ROOT, stdio: 'inherit' });
  // The terminal sends Ctrl-C to the child too; it reports what it has, and this process ends after it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

const args = process.argv.slice(2);
const slow = args.includes('--slow');
const parts = args.filter((arg) => !arg.startsWith('--'));
const all = (slow ? collect('tests/slow') : collect('tests')).sort();
const files = parts.length === 0 ? all : all.filter((path) => parts.some((part) => path.includes(part)));

if (args.includes('--list')) console.log(files.join('\n'));
else if (files.length === 0) {
  console.error(parts.length > 0 ? `no test file's path holds ${parts.join(' or ')}` : `no ${slow ? 'slow ' : ''}tests are there`);
  process.exitCode = parts.length > 0 ? 2 : 0;
} else run(files, slow ? TIMEOUT_MS.slow : TIMEOUT_MS.suite);
