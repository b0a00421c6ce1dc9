import { createHash } from 'node:crypto';
import { stream } from '../random/stream.ts';
import { defineDataset, type Dataset, type FieldSpec, type OpenOptions, type Pair, type PairPolicy, type Sample, type Split } from '../registry/dataset.ts';
import { expressionNames } from './rendered/expression-shapes.ts';
import { identityVector, type Pose } from './rendered/parameters.ts';
import { presets } from './rendered/presets.ts';
import type { RenderedFace } from './rendered/render-face.ts';
import { renderedFaces, type RenderedFaces, type RenderedPair, type RenderedSample } from './rendered/rendered-faces.ts';

/** Counts up when the renderer changes what a seed looks like: results from before and after are not compared. */
const rendererVersion = 1;

const attrs = {
  'identities': { type: 'integer', minimum: 4, optional: true, description: 'Number of people in training; without it every picture shows somebody new.' },
  'preset': { enum: presets, optional: true, description: 'Imitates the composition of one of the paper\'s sets.' },
  'yaw': { type: 'number', minimum: 0, maximum: 90, default: 60, description: 'Largest yaw, in degrees.' },
  'pitch': { type: 'number', minimum: 0, maximum: 60, default: 25, description: 'Largest pitch, in degrees.' },
  'roll': { type: 'number', minimum: 0, maximum: 45, default: 15, description: 'Largest roll, in degrees.' },
  'occluded': { type: 'number', minimum: 0, maximum: 1, default: 0.15, description: 'Share of the pictures with glasses, a hat, a hand or a mask.' },
  'defects': { type: 'number', minimum: 0, maximum: 1, default: 0.5, description: 'Strength of noise, blur and compression.' },
  'oracle': { enum: ['face', 'head'], default: 'face', description: 'What the perfect swap moves: the face, as face swapping means it, or the whole head.' },
} as const;

/** An endless set of faces rendered from a parametric head, with everything about them known. */
export const renderedFacesDataset = defineDataset({
  name: 'rendered-faces',
  doc: 'Endless rendered faces with their truth (mask, depth, landmarks, pose, expression, identity, caption); the perfect swap of every pair is known. The people of the two splits are different.',
  attrs,
  fields: (_attrs, options) => fieldsOf(options),
  open: async (a, options): Promise<Dataset> => {
    const scene = { yaw: a.yaw, pitch: a.pitch, roll: a.roll, occluded: a.occluded, defects: a.defects };
    const common = { size: options.size, scene, ...(a.preset === undefined ? {} : { preset: a.preset }) };
    // A seed of its own gives the test split its own people and scenes.
    const splits: Readonly<Record<Split, RenderedFaces>> = {
      train: renderedFaces({ ...common, seed: options.seed, ...(a.identities === undefined ? {} : { identities: a.identities }) }),
      test: renderedFaces({ ...common, seed: stream(options.seed, 'rendered-faces', 'test').integer(2 ** 31) }),
    };
    // What was rendered, for `oracle`: the parameters do not travel in the sample.
    const known = new WeakMap<Sample, { readonly of: RenderedSample; readonly split: Split }>();
    const keep = (sample: Sample, of: RenderedSample, split: Split): Sample => {
      known.set(sample, { of, split });
      return sample;
    };
    return {
      hash: hashOf({ rendererVersion, ...a, ...options }),
      description: `rendered faces of ${options.size} pixels, ${a.identities ?? 'endless'} people${a.preset ? `, ${a.preset}` : ''}, seed ${options.seed}`,
      fields: fieldsOf(options),
      length: () => undefined,
      pair: async (index, split, policy) => renderPair(splits[split], index, split, policy, keep),
      oracle: async ({ source, target }) => {
        const [from, onto] = [known.get(source), known.get(target)];
        if (!from || !onto) throw new Error(`the pair ${source.id}, ${target.id} is not of this data set`);
        const face = splits[onto.split].oracle(from.of.parameters, onto.of.parameters, a.oracle);
        return sampleOf(face, `${target.id}+${source.identity}`, source.identity);
      },
    };
  },
});

function renderPair(
  faces: RenderedFaces, index: number, split: Split, policy: PairPolicy, keep: (sample: Sample, of: RenderedSample, split: Split) => Sample,
): Pair {
  const pair: RenderedPair = faces.pair(index, { sameIdentity: policy.sameIdentity });
  const render = (of: RenderedSample, role: string): Sample =>
    keep(sampleOf(faces.render(of.parameters), `${split}/${index}/${role}`, `${split}/${of.person}`), of, split);
  const target = render(pair.target, 'target');
  const sameImage = pair.sameIdentity && policy.by === 'image';
  return { source: sameImage ? target : render(pair.source, 'source'), target, sameIdentity: pair.sameIdentity, sameImage };
}

function sampleOf(face: RenderedFace, id: string, identity: string): Sample {
  const { image, mask, parts, depth, normals, landmarks68, landmarks5, pose, expression, caption } = face;
  return {
    id,
    identity,
    fields: {
      image, mask, parts: Int32Array.from(parts), depth, normals, landmarks: landmarks68, points: landmarks5, pose: vectorOf(pose), expression, identity: face.identity, caption,
    },
  };
}

function fieldsOf({ size, seed }: OpenOptions): Readonly<Record<string, FieldSpec>> {
  const identity = identityVector(renderedFaces({ seed, size }).person(0)).length;
  const float = (doc: string, ...shape: number[]): FieldSpec => ({ doc, shape, dtype: 'float32' });
  return {
    image: float('The picture, RGB in [0, 1].', size, size, 3),
    mask: float('1 on the visible face, 0 elsewhere.', size, size, 1),
    parts: { doc: 'Class of each pixel (skin, brows, eyes, ...).', shape: [size, size], dtype: 'int32' },
    depth: float('Distance in centimetres, 0 on the background.', size, size, 1),
    normals: float('Unit normals: x right, y up, z to the viewer; 0 on the background.', size, size, 3),
    landmarks: float('68 landmarks (iBUG order) as (x, y) in pixels.', 68, 2),
    points: float('Five landmarks (ArcFace order) as (x, y) in pixels.', 5, 2),
    pose: float('Yaw, pitch and roll in degrees.', 3),
    expression: float('Strength of each blend shape, 0 to 1.', expressionNames.length),
    identity: float('Shape and appearance coordinates of the person.', identity),
    caption: { doc: 'A sentence or two about the picture.', shape: [], dtype: 'text' },
  };
}

const vectorOf = ({ yaw, pitch, roll }: Pose): Float32Array => Float32Array.of(yaw, pitch, roll);

function hashOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value, Object.keys(value).sort())).digest('hex');
}
