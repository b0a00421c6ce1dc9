import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageFolder } from '../../faces/networks/weights.ts';
import { readZipFile } from './zip.ts';

interface SamplePhoto {
  readonly name: string;
  readonly sha256: string;
  /** Where the photograph comes from, and under which terms. */
  readonly origin: string;
}

/** The photographs that installed packages bring along: six scenes with 22 faces in all, for trying things out. */
export const scenePhotos: readonly SamplePhoto[] = [
  ['sample1.jpg', '8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51'],
  ['sample2.jpg', '7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691'],
  ['sample3.jpg', '8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936'],
  ['sample4.jpg', '729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc'],
  ['sample5.jpg', '6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938'],
  ['sample6.jpg', '9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87'],
].map(([name, sha256]) => ({ name, sha256, origin: 'demo folder of the npm package @vladmandic/face-api (MIT)' }));

/** Eileen Collins, NASA, public domain: the one sample whose crop may be shown in documents. */
export const astronautPhoto: SamplePhoto = {
  name: 'astronaut.png',
  sha256: '88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5',
  origin: 'skimage/data of the Python package scikit-image 0.26.0 (NASA, public domain)',
};

export interface SampleOptions {
  /** Where the photographs are kept; default `$SWAPGRAPH_CACHE` or `~/.cache/swapgraph`, folder `samples`. */
  readonly folder?: string;
  /** Whether the astronaut may be downloaded (a wheel of 14 MB through pip) if it is not there yet. Default true. */
  readonly download?: boolean;
  /** Told before anything is downloaded. */
  readonly onDownload?: (what: string) => void;
}

/**
 * A folder with the sample photographs, gathered from installed packages once and checked by SHA-256 each time. Resolves to the folder;
 * throws with what is missing where pip or the package cannot be had.
 */
export async function samplePhotos(options: SampleOptions = {}): Promise<string> {
  const folder = options.folder ?? join(cacheFolder(), 'samples');
  await mkdir(folder, { recursive: true });
  const demo = join(packageFolder('@vladmandic/face-api'), 'demo');
  for (const photo of scenePhotos) await ensure(folder, photo, () => readFile(join(demo, photo.name)));
  if (options.download !== false) {
    await ensure(folder, astronautPhoto, () => {
      options.onDownload?.('scikit-image 0.26.0 through pip (14 MB), for its photograph astronaut.png');
      return astronautFromWheel();
    });
  }
  return folder;
}

/** `$SWAPGRAPH_CACHE`, else `~/.cache/swapgraph`. */
export function cacheFolder(): string {
  return process.env['SWAPGRAPH_CACHE'] ?? join(homedir(), '.cache', 'swapgraph');
}

async function ensure(folder: string, photo: SamplePhoto, fetch: () => Promise<Buffer>): Promise<void> {
  const path = join(folder, photo.name);
  const present = await readFile(path).catch(() => undefined);
  if (present && sha256(present) === photo.sha256) return;
  const bytes = await fetch();
  if (sha256(bytes) !== photo.sha256) throw new Error(`${photo.name} from the ${photo.origin}: expected SHA-256 ${photo.sha256}, received ${sha256(bytes)}`);
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}

async function astronautFromWheel(): Promise<Buffer> {
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), 'wheel-'));
  try {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', '3.11', '-d', work, 'scikit-image==0.26.0'];
    await promisify(execFile)('python3', args).catch((error: Error) => {
      throw new Error(`the sample photograph astronaut.png could not be fetched with pip: ${error.message.trim().split('\n').at(-1)}`);
    });
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel of scikit-image');
    return readZipFile(await readFile(join(work, wheel)), 'skimage/data/astronaut.png');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
