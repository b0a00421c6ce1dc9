import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { storedAt } from './store.mjs';

const STAMP = 'deps/swapgraph.json';
/** Where tfjs-node's loader looks for its binding (Node-API 8 is the newest it knows), and where ours lies beside it. */
export const BINDING = 'lib/napi-v8/tfjs_binding.node';
export const DIVERT = 'lib/napi-v8/divert_stderr.node';
const RECIPE = 2; // raise it when the way of building changes, so that every checkout builds anew

/** Names everything that an installed engine was made from. @param {readonly import('./pins.mjs').Wheel[]} wheels */
export function engineKey(wheels) {
  return createHash('sha256').update(JSON.stringify([RECIPE, process.arch, wheels.map((wheel) => wheel.sha256)])).digest('hex').slice(0, 20);
}

/** What this set-up left in a package, or undefined. @param {string} folder @returns {{ key: string, tensorflow: string, files: string[] } | undefined} */
export function readStamp(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, STAMP), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a package holds exactly these wheels' libraries and a binding; reads one small file. @param {string} folder @param {readonly import('./pins.mjs').Wheel[]} wheels */
export function isInstalled(folder, wheels) {
  const stamp = readStamp(folder);
  return stamp?.key === engineKey(wheels) && stamp.files.every((file) => existsSync(join(folder, file)));
}

/**
 * Links the unpacked libraries and the compiled addons into the npm package, where its loader looks for them.
 * @param {string} cache @param {string} folder of the npm package @param {readonly import('./pins.mjs').Wheel[]} wheels TensorFlow's first
 * @param {{ binding: { output: string }, divert: { output: string } }} addons
 * @returns {string[]} the files, relative to `folder`
 */
export function linkEngine(cache, folder, wheels, { binding, divert }) {
  rmSync(join(folder, STAMP), { force: true });
  const files = [];
  for (const wheel of wheels) {
    for (const top of ['lib', 'nvidia']) {
      const from = join(storedAt(cache, wheel), top);
      for (const name of filesBelow(from)) files.push(place(join(from, name), folder, join('deps', top, name)));
    }
  }
  // Node resolves symbolic links before it loads an addon, and the binding finds TensorFlow relative to itself: copies, therefore.
  files.push(place(binding.output, folder, BINDING, copyFileSync), place(divert.output, folder, DIVERT, copyFileSync));
  return files;
}

/** Marks an engine as complete; the last step. @param {string} folder @param {readonly import('./pins.mjs').Wheel[]} wheels @param {string[]} files */
export function writeStamp(folder, wheels, files) {
  const temporary = join(folder, `${STAMP}.${process.pid}`);
  writeFileSync(temporary, JSON.stringify({ key: engineKey(wheels), tensorflow: wheels[0].version, files }));
  renameSync(temporary, join(folder, STAMP));
}

/**
 * Brings one file of the cache into the package, in one step for whoever loads it meanwhile.
 * @param {string} from @param {string} folder @param {string} name @param {(from: string, to: string) => void} [bring]
 */
function place(from, folder, name, bring = link) {
  const to = join(folder, name);
  const temporary = `${to}.${process.pid}`;
  if (isSameFile(from, to)) return name;
  mkdirSync(dirname(to), { recursive: true });
  rmSync(temporary, { force: true });
  bring(from, temporary);
  renameSync(temporary, to);
  return name;
}

/** A hard link, which needs no space and outlives the cache; a symbolic one where the cache is on another disk. @param {string} from @param {string} to */
function link(from, to) {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EACCES'].includes(error.code)) throw error;
    symlinkSync(from, to);
  }
}

/** @param {string} a @param {string} b */
function isSameFile(a, b) {
  const [one, two] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && two !== undefined && one.ino === two.ino && one.dev === two.dev;
}

/** @param {string} folder @returns {string[]} relative paths */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)).map((name) => join(entry.name, name)) : [entry.name],
  );
}
