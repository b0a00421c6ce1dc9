import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stream } from '../random/stream.ts';
import { defineDataset, type Dataset, type Pair, type PairPolicy, type Sample, type Split } from '../registry/dataset.ts';
import { choosePair } from './pairing.ts';
import { renderedFields, renderedSample } from './rendered-fields.ts';
import { presets } from './rendered/preset-names.ts';
import type { RenderedFaces, RenderedSample } from './rendered/rendered-faces.ts';

/** Counts up when the renderer changes what a seed looks like: results from before and after are not compared. */
const rendererVersion = 1;

/** The same for the presets. */
const presetVersion = 2;

const attrs = {
  'identities': { type: 'integer', minimum: 4, optional: true, description: 'Number of people in training; without it every picture shows somebody new (with `pictures`: eight pictures each).' },
  'pictures': {
    type: 'integer', minimum: 8, optional: true,
    description: 'Number of pictures in training, rendered once and kept in the cache folder for all runs; without it they never end and each is rendered when it is needed.',
  },
  'preset': { enum: presets, optional: true, description: 'Imitates the composition of one of the paper\'s sets: talking heads (like-ffpp), each person from 15 cameras under 19 lights with 6 expressions (like-mpie), large poses (like-lpff).' },
  'yaw': { type: 'number', minimum: 0, maximum: 90, default: 60, description: 'Largest yaw, in degrees.' },
  'pitch': { type: 'number', minimum: 0, maximum: 60, default: 25, description: 'Largest pitch, in degrees.' },
  'roll': { type: 'number', minimum: 0, maximum: 45, default: 15, description: 'Largest roll, in degrees.' },
  'occluded': { type: 'number', minimum: 0, maximum: 1, default: 0.15, description: 'Share of the pictures with glasses, a hat, a hand or a mask.' },
  'defects': { type: 'number', minimum: 0, maximum: 1, default: 0.5, description: 'Strength of noise, blur and compression.' },
  'oracle': { enum: ['face', 'head'], default: 'face', description: 'What the perfect swap moves: the face, as face swapping means it, or the whole head.' },
} as const;

/** Faces rendered from a parametric head, with everything about them known. */
export const renderedFacesDataset = defineDataset({
  name: 'rendered-faces',
  doc: 'Rendered faces with their truth (mask, depth, landmarks, pose, expression, identity, caption), as many as are asked for; the perfect swap of every pair is known. The people of the two splits are different.',
  attrs,
  fields: (_attrs, options) => renderedFields(options),
  open: async (a, options): Promise<Dataset> => {
    // The renderer and its cache are loaded by those who need pictures, not by all who check a file.
    const [{ renderedFaces }, { sampleCache }, { cacheFolder }] = await Promise.all([
      import('./rendered/rendered-faces.ts'), import('./sample-cache.ts'), import('../engine/cache-folder.ts'),
    ]);
    const scene = { yaw: a.yaw, pitch: a.pitch, roll: a.roll, occluded: a.occluded, defects: a.defects };
    const common = { size: options.size, scene, ...(a.preset === undefined ? {} : { preset: a.preset }) };
    // A seed of its own gives the test split its own people and scenes.
    const splits: Readonly<Record<Split, RenderedFaces>> = {
      train: renderedFaces({ ...common, seed: options.seed, ...(a.identities === undefined ? {} : { identities: a.identities }) }),
      test: renderedFaces({ ...common, seed: stream(options.seed, 'rendered-faces', 'test').integer(2 ** 31) }),
    };
    const fields = renderedFields(options);
    const hash = hashOf({ rendererVersion, ...(a.preset === undefined ? {} : { presetVersion }), ...a, ...options });
    const cache = sampleCache(join(cacheFolder(), 'rendered-faces', hashOf({ hash, renderer: rendererSource() }).slice(0, 32)), fields);
    const pool = a.pictures === undefined ? undefined : poolOf(splits.train, a.pictures, a.identities, options.seed);
    // What was rendered, for `oracle`: the parameters do not travel in the sample.
    const known = new WeakMap<Sample, { readonly drawn: Drawn; readonly split: Split }>();
    const render = async (drawn: Drawn, split: Split): Promise<Sample> => {
      const make = (): Sample => renderedSample(splits[split].render(drawn.sample.parameters), drawn.id, `${split}/${drawn.sample.person}`);
      const sample = drawn.keep ? await cache.get(drawn.id, make) : make();
      known.set(sample, { drawn, split });
      return sample;
    };
    return {
      hash,
      description: `rendered faces of ${options.size} pixels, ${a.pictures ?? 'endless'} pictures of ${pool?.identities ?? a.identities ?? 'endless'} people${a.preset ? `, ${a.preset}` : ''}, seed ${options.seed}`,
      fields,
      length: (split) => (split === 'train' ? pool?.pictures : undefined),
      pair: async (index, split, policy): Promise<Pair> => {
        const drawn = split === 'train' && pool ? pool.pair(index, policy) : endlessPair(splits[split], index, split, policy);
        const target = await render(drawn.target, split);
        return { source: drawn.sameImage ? target : await render(drawn.source, split), target, sameIdentity: drawn.sameIdentity, sameImage: drawn.sameImage };
      },
      oracle: async ({ source, target }) => {
        const [from, onto] = [known.get(source), known.get(target)];
        if (!from || !onto) throw new Error(`the pair ${source.id}, ${target.id} is not of this data set`);
        const answer = (): Sample => renderedSample(
          splits[onto.split].oracle(from.drawn.sample.parameters, onto.drawn.sample.parameters, a.oracle), `${target.id}+${source.id}`, source.identity,
        );
        return onto.drawn.keep ? cache.get(`${target.id}+${source.id}`, answer) : answer();
      },
    };
  },
});

/** A sample before it is rendered, under its name. */
interface Drawn {
  readonly id: string;
  readonly sample: RenderedSample;
  /** Whether it will be asked for again. */
  readonly keep: boolean;
}

interface DrawnPair {
  readonly source: Drawn;
  readonly target: Drawn;
  readonly sameIdentity: boolean;
  readonly sameImage: boolean;
}

interface Pool {
  readonly identities: number;
  readonly pictures: number;
  pair(index: number, policy: PairPolicy): DrawnPair;
}

/** Pairs whose pictures no other pair shows; those for testing are the same in every run. */
function endlessPair(faces: RenderedFaces, index: number, split: Split, policy: PairPolicy): DrawnPair {
  const pair = faces.pair(index, { sameIdentity: policy.sameIdentity });
  const drawn = (sample: RenderedSample): Drawn => ({ id: idOf(split, sample), sample, keep: split === 'test' });
  return { source: drawn(pair.source), target: drawn(pair.target), sameIdentity: pair.sameIdentity, sameImage: pair.sameIdentity && policy.by === 'image' };
}

/** Names what the picture shows: the scene by its index, and who is in it. */
const idOf = (split: Split, { person, index }: RenderedSample): string => `${split}/person-${person}/${index}`;

/** A fixed number of pictures, the same number of each person. */
function poolOf(faces: RenderedFaces, pictures: number, people: number | undefined, seed: number): Pool {
  const identities = people ?? Math.max(4, Math.ceil(pictures / 8));
  const each = Math.max(1, Math.floor(pictures / identities));
  const drawn = (person: number, picture: number): Drawn => {
    const base = faces.describe(person * each + picture);
    const sample = { ...base, person, parameters: { ...base.parameters, identity: faces.person(person) } };
    return { id: idOf('train', sample), sample, keep: true };
  };
  return {
    identities,
    pictures: identities * each,
    pair: (index, policy) => {
      const { source, target, ...same } = choosePair({ count: identities, pictures: () => each }, policy, stream(seed, 'rendered-faces', 'pool', index));
      return { source: drawn(source.person, source.picture), target: drawn(target.person, target.picture), ...same };
    },
  };
}

/** The renderer's source text: pictures of another renderer are not taken from the cache, even where nobody counted up its version. */
function rendererSource(): string {
  const folder = new URL('./rendered/', import.meta.url);
  const files = readdirSync(folder).filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts')).sort();
  return createHash('sha256').update(Buffer.concat(files.map((name) => readFileSync(new URL(name, folder))))).digest('hex');
}

function hashOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value, Object.keys(value).sort())).digest('hex');
}
