import { readFileSync } from 'node:fs';
import { SetupProblem } from './problem.mjs';

/** @typedef {{ name: string, version: string, file: string, bytes: number, unpackedBytes: number, sha256: string }} Wheel */

/** The packages that hold the bindings, and the TensorFlow they are built against. */
export const PACKAGES = { cpu: '@tensorflow/tfjs-node', gpu: '@tensorflow/tfjs-node-gpu' };

/** The wheel that each engine is built from, by platform; versions, sizes and SHA-256 are pinned in wheels.json. */
export function readPins() {
  return JSON.parse(readFileSync(new URL('./wheels.json', import.meta.url), 'utf8'));
}

/**
 * The wheels an engine needs on this machine, TensorFlow's first.
 * @param {'cpu' | 'gpu'} engine @param {{ cudaLibraries?: boolean, platform?: string, pins?: any }} [options]
 * @returns {Wheel[]}
 */
export function wheelsFor(engine, { cudaLibraries = true, platform = `${process.platform}-${process.arch}`, pins = readPins() } = {}) {
  const tensorflow = pins[engine][platform];
  if (!tensorflow) {
    throw new SetupProblem(
      `no native ${engine.toUpperCase()} engine exists for ${platform} (only for ${Object.keys(pins[engine]).join(', ')})`,
      engine === 'gpu' ? 'leave --gpu out' : 'use Linux (a container or WSL2 will do); check, show, predict and swap also run with --engine wasm',
    );
  }
  return engine === 'gpu' && cudaLibraries ? [...tensorflow, ...pins.cuda[platform]] : tensorflow;
}

/** The platform tag that pip must be asked for: the first one in the wheel's own name. @param {Wheel} wheel */
export function platformTag(wheel) {
  return wheel.file.replace(/\.whl$/, '').split('-').at(-1).split('.')[0];
}

/** Where an entry of a wheel goes in the cache, or undefined where nothing here needs it. @param {string} name */
export function placeEntry(name) {
  const tensorflow = /^tensorflow\/(?:(libtensorflow_(?:cc|framework)\.so\.2)$|(include\/(?:tensorflow\/(?:c|core\/platform)|xla\/tsl|tsl)\/.*))/.exec(name);
  if (tensorflow) return tensorflow[1] ? `lib/${tensorflow[1]}` : tensorflow[2];
  // The same layout below nvidia/ as in Python's site-packages: TensorFlow's libraries look there, relative to themselves.
  if (/^nvidia\/[^/]+\/(?:lib\/[^/]+\.so[^/]*|bin\/ptxas|nvvm\/libdevice\/[^/]+)$/.test(name)) return name;
  const licence = /^[^/]+\.dist-info\/(?:licenses\/)?(Licen[cs]e[^/]*)$/i.exec(name);
  return licence ? licence[1] : undefined;
}
