import { createHash } from 'node:crypto';
import { failure } from '../../diagnostics/failure.ts';
import { stream } from '../../random/stream.ts';
import { defineDataset } from '../../registry/dataset.ts';
import type { Dataset, Split } from '../../registry/dataset.ts';
import { choosePair } from '../pairing.ts';
import type { PictureIndex } from '../pairing.ts';
import { identityRules } from './identities.ts';
import type { PreparedFace } from './prepared.ts';
import { photoFields } from './fields.ts';
import { splitOf } from './split.ts';

/** Real photographs that `prepare` made ready. */
export const photos = defineDataset({
  name: 'photos',
  doc: 'Face crops of real photographs, from a folder that `swapgraph prepare` made. Pose and expression are estimates, not truth.',
  attrs: {
    path: { type: 'string', description: 'The prepared folder.' },
    identity: { type: 'string', enum: identityRules, default: 'folder', description: 'Who is who: the parent folder, every face its own, or faces grouped by descriptor.' },
    'split-by': { type: 'string', enum: ['identity', 'image', 'layout'], default: 'identity', description: 'Whether training and testing share no person, or only no photograph; or the split of the data set itself, where its layout has one (VGGFace2, FF++, parquet): what is neither train nor test is left out.' },
    'test-share': { type: 'number', minimum: 0, maximum: 0.9, default: 0.2, description: 'Share of people (or photographs) kept for testing; without meaning for split-by: layout.' },
    'split-seed': { type: 'integer', default: 0, description: 'Seed of the split; the seeds of runs do not move it.' },
    problems: { type: 'boolean', default: false, description: 'Whether faces that were marked (blurred, cut off, duplicate …) are used too.' },
  },
  paths: ['path'],
  fields: (_attrs, options) => photoFields(options.size),
  open: async (attrs, options) => {
    // Brings the image decoder, which checking a file does not need.
    const [{ openPrepared }, { photoSample }] = await Promise.all([import('./prepared.ts'), import('./sample.ts')]);
    const prepared = await openPrepared(attrs.path, { identity: attrs.identity, includeProblems: attrs.problems });
    const sideOf = (face: PreparedFace): string | undefined => (attrs['split-by'] === 'layout' ? face.label?.split : splitOf(attrs['split-by'] === 'identity' ? face.identity : face.photo, attrs['split-seed'], attrs['test-share']));
    const people = { train: grouped(prepared.faces.filter((f) => sideOf(f) === 'train')), test: grouped(prepared.faces.filter((f) => sideOf(f) === 'test')) };
    const count = (side: Split) => people[side].reduce((sum, faces) => sum + faces.length, 0);
    const hash = createHash('sha256').update(JSON.stringify([prepared.hash, attrs['split-by'], attrs['test-share'], attrs['split-seed'], options.size])).digest('hex');
    const sample = (split: Split, { person, picture }: PictureIndex) => photoSample(prepared, people[split][person][picture], options.size);
    if (attrs['split-by'] === 'layout' && count('train') + count('test') === 0) throw failure('photos/split', `${attrs.path} was prepared without a split of its own`, undefined, 'split-by: layout wants prepare --layout vggface2, ffpp or parquet');
    const description = `${prepared.faces.length} faces of ${new Set(prepared.faces.map((f) => f.identity)).size} identities in photographs (${count('train')} for training, ${count('test')} for testing)`;
    return {
      hash, description, fields: photoFields(options.size), length: count,
      pair: async (index, split, policy) => {
        requirePeople(people[split], split, attrs.path);
        const choice = choosePair({ count: people[split].length, pictures: (p) => people[split][p].length }, policy, stream(options.seed, 'photos', split, index));
        const [source, target] = await Promise.all([sample(split, choice.source), sample(split, choice.target)]);
        return { source, target, sameIdentity: choice.sameIdentity, sameImage: choice.sameImage };
      },
    } satisfies Dataset;
  },
});

/** Faces by identity, both in the order of their names, so that the manifest's order does not matter. */
function grouped(faces: readonly PreparedFace[]): readonly (readonly PreparedFace[])[] {
  const byIdentity = new Map<string, PreparedFace[]>();
  for (const face of faces) byIdentity.set(face.identity, [...(byIdentity.get(face.identity) ?? []), face]);
  return [...byIdentity].sort(([p], [q]) => (p < q ? -1 : 1)).map(([, list]) => list.sort((p, q) => (p.id < q.id ? -1 : 1)));
}

function requirePeople(people: readonly unknown[], split: Split, path: string): void {
  if (people.length >= 2) return;
  throw failure('photos/split', `${path} has ${people.length} identities for ${split}; pairs of two people want 2 or more`, undefined, 'add photographs, or change test-share or split-seed');
}
