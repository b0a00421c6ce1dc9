import { join } from 'node:path';
import { failure } from '../../../diagnostics/failure.ts';
import { filesUnder, listingOf, shortfalls, textOf } from './layout.ts';
import type { Layout, LayoutCount, LayoutSource } from './layout.ts';

const methods = ['Deepfakes', 'Face2Face', 'FaceSwap', 'NeuralTextures', 'FaceShifter'] as const;

/** Pairs of videos of each official split (`splits/train.json` and so on). */
const officialPairs: Readonly<Record<'train' | 'val' | 'test', number>> = { train: 360, val: 70, test: 70 };

/**
 * `original_sequences/youtube/c23/videos/000.mp4`, `manipulated_sequences/Deepfakes/c23/videos/000_003.mp4` (target_source), and frames already extracted as
 * `…/c23/images/000/0001.png`; the official pairs from `splits/*.json`.
 */
export const ffpp: Layout = {
  name: 'ffpp',
  doc: 'FaceForensics++: original_sequences/youtube and manipulated_sequences/METHOD, each COMPRESSION/videos/*.mp4 or COMPRESSION/images/VIDEO/*.png; official pairs in splits/*.json.',
  source: 'Rossler et al. 2019, "FaceForensics++", and its repository',
  list: async (root) => {
    const splits = await splitsOf(root);
    const { sources, unknown } = listingOf(await filesUnder(root), (name) => ffppSource(root, name, splits));
    const videos = (part: string) => new Set(sources.filter((s) => s.label?.tags?.['method'] === part).map((s) => `${s.label?.tags?.['video']}`)).size;
    const counts: LayoutCount[] = [
      { what: 'original videos', found: videos('original'), published: 1000 },
      ...methods.filter((method) => videos(method) > 0).map((method) => ({ what: `${method} videos`, found: videos(method), published: 1000 })),
      ...Object.entries(officialPairs).map(([split, published]) => ({ what: `official ${split} pairs`, found: splits.get(split)?.length ?? 0, published })),
    ];
    return { sources, unknown, counts, missing: shortfalls(counts) };
  },
};

/** The official pairs of a split as [target video, source video], both directions, as the manipulated videos are named. @throws DiagnosticError where `splits/SPLIT.json` is not there. */
export async function officialFfppPairs(root: string, split: 'train' | 'val' | 'test'): Promise<[string, string][]> {
  const pairs = (await splitsOf(root)).get(split);
  if (!pairs) throw failure('layout/ffpp', `${join(root, 'splits', `${split}.json`)} is not there`, undefined, 'it is part of the FaceForensics++ repository (dataset/splits)');
  return pairs.flatMap(([a, b]): [string, string][] => [[a, b], [b, a]]);
}

type Splits = ReadonlyMap<string, readonly (readonly [string, string])[]>;

async function splitsOf(root: string): Promise<Splits> {
  const found = new Map<string, [string, string][]>();
  for (const split of Object.keys(officialPairs)) {
    const text = await textOf(root, `splits/${split}.json`);
    if (text !== undefined) found.set(split, JSON.parse(text) as [string, string][]);
  }
  return found;
}

function ffppSource(root: string, name: string, splits: Splits): LayoutSource | undefined {
  const found = /^(?:original_sequences\/(youtube)|manipulated_sequences\/(\w+))\/(raw|c0|c23|c40)\/(?:videos\/(\d{3}(?:_\d{3})?)\.mp4|images\/(\d{3}(?:_\d{3})?)\/(\d+)\.(?:png|jpg))$/.exec(name);
  if (!found) return undefined;
  const video = found[4] ?? found[5];
  const [target] = video.split('_');
  const split = [...splits].find(([, pairs]) => pairs.some((pair) => pair.includes(target)))?.[0];
  return {
    name, path: join(root, name), ...(found[4] ? { video: true as const } : {}),
    label: {
      // Whoever is shown in a manipulated video is neither the target nor quite the source: only originals have an identity.
      ...(found[1] ? { identity: video } : {}), ...(split ? { split } : {}),
      tags: { method: found[1] ? 'original' : found[2], compression: found[3], video, ...(found[6] ? { frame: Number(found[6]) } : {}) },
    },
  };
}
