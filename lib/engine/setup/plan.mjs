import { existsSync, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { freeBytes } from './cache.mjs';
import { areCompiled, binaries, packageFolder } from './compile.mjs';
import { NPM_BYTES, dependenciesAreCurrent, isCheckout } from './dependencies.mjs';
import { size } from './format.mjs';
import { isInstalled } from './install.mjs';
import { PACKAGES, wheelsFor } from './pins.mjs';
import { noSpace } from './problem.mjs';
import { isStored } from './store.mjs';

/**
 * What is left to do, without doing any of it; a few milliseconds where nothing is.
 * @param {{ root: string, cache: string, engine: 'cpu' | 'gpu', cudaLibraries: boolean, pins?: any }} options
 */
export function survey({ root, cache, engine, cudaLibraries, pins }) {
  const npm = isCheckout(root) && !dependenciesAreCurrent(root);
  const wheels = wheelsFor(engine, { cudaLibraries, pins });
  const folder = npm ? undefined : packageFolder(root, PACKAGES[engine]);
  if (folder && isInstalled(folder, wheels)) return { npm, wheels, missing: [], compile: 'no', done: true };
  const missing = wheels.filter((wheel) => !isStored(cache, wheel));
  const headers = npm ? undefined : packageFolder(root, 'node-api-headers');
  const compiled = folder && headers && areCompiled(binaries(cache, folder, headers, wheels[0]));
  // Before npm has run, the sources that name a compiled binding are not there yet.
  return { npm, wheels, missing, compile: compiled ? 'no' : npm ? 'perhaps' : 'yes', done: false };
}

/** @typedef {ReturnType<typeof survey>} Plan */

/**
 * The lines that tell the user, before anything happens, what will be downloaded and where it goes.
 * @param {Plan} plan @param {{ cache: string, engine: 'cpu' | 'gpu', compiler?: { version: string }, bold: (text: string) => string }} options
 */
export function announcement(plan, { cache, engine, compiler, bold }) {
  const download = (plan.npm ? NPM_BYTES.download : 0) + sum(plan.missing, 'bytes');
  const disk = diskNeeded(plan).total;
  const total = download > 0 ? `${plan.npm ? 'up to ' : ''}${size(download)} to download` : 'nothing to download';
  const lines = [bold(`Setting up the native ${engine.toUpperCase()} engine of swapgraph: once, ${total}${disk > 0 ? `, ${size(disk)} of disk` : ''}.`)];
  if (plan.npm) lines.push(`  npm packages of the lock file: up to ${size(NPM_BYTES.download)} (less where npm has them in its cache)`);
  for (const wheel of plan.missing) lines.push(`  ${wheel.name} ${wheel.version}: ${size(wheel.bytes)}, ${size(wheel.unpackedBytes)} unpacked`);
  if (plan.missing.length > 0) lines.push(`  kept in ${cache}, where other checkouts find them`);
  if (plan.compile === 'yes' && compiler) lines.push(`  the binding between Node and TensorFlow to compile: about 15 s with ${compiler.version}`);
  return lines;
}

/** Bytes on disk at the worst moment, for the checkout and for the cache. @param {Plan} plan */
function diskNeeded(plan) {
  const root = plan.npm ? NPM_BYTES.disk : 0;
  const largest = Math.max(0, ...plan.missing.map((wheel) => wheel.bytes));
  // pip holds a wheel twice for a moment: where it downloads to, and where it is asked to put it.
  const cache = sum(plan.missing, 'unpackedBytes') + 2 * largest;
  return { root, cache, total: root + cache };
}

/** Throws a SetupProblem where a disk cannot hold what is to come. @param {Plan} plan @param {string} root @param {string} cache */
export function checkSpace(plan, root, cache) {
  const need = diskNeeded(plan);
  const oneDisk = deviceOf(root) === deviceOf(cache);
  for (const [folder, bytes] of oneDisk ? [[cache, need.total]] : [[root, need.root], [cache, need.cache]]) {
    const free = freeBytes(folder);
    if (free < bytes) throw noSpace(`set up (${size(bytes)} needed, ${size(free)} free in ${relative('', folder) || folder})`);
  }
}

/** @param {string} folder */
function deviceOf(folder) {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return statSync(at).dev;
}

/** @param {readonly import('./pins.mjs').Wheel[]} wheels @param {'bytes' | 'unpackedBytes'} key */
function sum(wheels, key) {
  return wheels.reduce((total, wheel) => total + wheel[key], 0);
}
