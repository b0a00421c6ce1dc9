import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemFromOutput } from './problem.mjs';
import { run } from './run.mjs';

const STAMP = 'node_modules/.swapgraph-lock';
const RECORD = 'node_modules/.package-lock.json';
/** What `npm ci` downloads into an empty cache, and writes to it and to node_modules: measured with this lock file. */
export const NPM_BYTES = { download: 462e6, disk: 1440e6 };

/** Whether `root` is a checkout (its lock file is there) rather than the package installed in somebody's project. @param {string} root */
export function isCheckout(root) {
  return existsSync(join(root, 'package-lock.json'));
}

/** Whether node_modules is what the lock file says: by our stamp, or, where somebody ran npm himself, by npm's own record. @param {string} root */
export function dependenciesAreCurrent(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const stamp = join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
  const record = join(root, RECORD);
  if (!existsSync(record) || !sameVersions(JSON.parse(lock).packages, JSON.parse(readFileSync(record, 'utf8')).packages)) return false;
  writeFileSync(stamp, hash);
  return true;
}

/** @param {Record<string, any>} wanted @param {Record<string, any>} installed */
function sameVersions(wanted, installed) {
  const names = Object.keys(wanted).filter((name) => name.startsWith('node_modules/'));
  return (
    names.every((name) => (installed[name] ? installed[name].version === wanted[name].version : wanted[name].optional || wanted[name].peer)) &&
    Object.keys(installed).every((name) => name in wanted)
  );
}

/**
 * `npm ci` with install scripts off.
 * @param {string} root @param {{ console: ReturnType<typeof import('./console.mjs').createConsole>, signal?: AbortSignal }} context
 */
export async function installDependencies(root, { console, signal }) {
  const step = console.step('Installing npm packages');
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const args = [...npm.slice(1), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm removes node_modules piece by piece: neither record may survive an interruption.
  for (const record of [STAMP, RECORD]) rmSync(join(root, record), { force: true });
  const tick = setInterval(() => !console.live && step.update(0), 500);
  const { code, output } = await run(npm[0], args, { cwd: root, inherit: console.live, signal }).finally(() => clearInterval(tick));
  step.stop();
  if (code !== 0) throw problemFromOutput('install the npm packages', output, 'see what npm says above, then run the same command again');
  const lock = readFileSync(join(root, 'package-lock.json'));
  writeFileSync(join(root, STAMP), createHash('sha256').update(lock).digest('hex'));
  step.done();
}
