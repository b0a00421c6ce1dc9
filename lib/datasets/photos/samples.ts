import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../engine/cache-folder.ts';
import { cachedAsset, fileFromWheel } from '../../faces/assets/wheel.ts';
import type { Asset } from '../../faces/assets/wheel.ts';
import { packageFolder } from '../../faces/networks/weights.ts';

/** The photographs that installed packages bring along: six scenes with 22 faces in all, for trying things out. */
export const scenePhotos: readonly Asset[] = [
  '8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51',
  '7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691',
  '8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936',
  '729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc',
  '6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938',
  '9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87',
].map((sha256, i) => ({ name: `sample${i + 1}.jpg`, sha256, origin: 'demo folder of the npm package @vladmandic/face-api (MIT)' }));

/** Eileen Collins, NASA, public domain: the one sample whose crop may be shown in documents. */
export const astronautPhoto: Asset = {
  name: 'astronaut.png',
  sha256: '88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5',
  origin: 'Python package scikit-image 0.26.0 (NASA, public domain)',
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
  for (const photo of scenePhotos) await cachedAsset(photo, () => readFile(join(demo, photo.name)), folder);
  if (options.download !== false) {
    await cachedAsset(astronautPhoto, () => {
      options.onDownload?.('scikit-image 0.26.0 through pip (14 MB), for its photograph astronaut.png');
      return fileFromWheel('scikit-image==0.26.0', 'skimage/data/astronaut.png');
    }, folder);
  }
  return folder;
}
