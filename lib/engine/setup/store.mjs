import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publish, scratch } from './cache.mjs';
import { downloadWheel } from './download.mjs';
import { placeEntry } from './pins.mjs';
import { problemFromError } from './problem.mjs';
import { unzip } from './unzip.mjs';

/** The cache folder of an unpacked wheel; it exists only when it is complete. @param {string} cache @param {import('./pins.mjs').Wheel} wheel */
export function storedAt(cache, wheel) {
  return join(cache, 'wheels', `${wheel.name}-${wheel.version}-${wheel.sha256.slice(0, 12)}`);
}

/** @param {string} cache @param {import('./pins.mjs').Wheel} wheel */
export function isStored(cache, wheel) {
  return existsSync(join(storedAt(cache, wheel), 'complete.json'));
}

/**
 * Downloads, verifies and unpacks one wheel into the cache; the wheel itself is not kept.
 * @param {string} cache @param {import('./pins.mjs').Wheel} wheel
 * @param {{ pip: { command: string, args: string[] }, console: ReturnType<typeof import('./console.mjs').createConsole>, signal?: AbortSignal }} context
 */
export async function storeWheel(cache, wheel, { pip, console, signal }) {
  const folder = scratch(cache, wheel.name);
  try {
    const download = console.step(`Downloading ${wheel.name} ${wheel.version}`, wheel.bytes);
    const path = await downloadWheel(wheel, folder, pip, download.update, signal).finally(download.stop);
    download.done('checksum verified');
    const unpack = console.step(`Unpacking ${wheel.name}`, wheel.unpackedBytes);
    const unpacked = join(folder, 'unpacked');
    const onBytes = (bytes) => {
      signal?.throwIfAborted();
      unpack.update(bytes);
    };
    await unzip(path, unpacked, placeEntry, onBytes).finally(unpack.stop);
    writeFileSync(join(unpacked, 'complete.json'), JSON.stringify(wheel));
    publish(unpacked, storedAt(cache, wheel));
    unpack.done();
  } catch (error) {
    throw problemFromError(error, `unpack ${wheel.name}`) ?? error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
