import { stream } from '../../lib/random/stream.ts';
import { defineDataset, type Pair, type Sample } from '../../lib/registry/dataset.ts';
import { choosePair } from '../../lib/datasets/pairing.ts';

const fields = {
  image: { doc: 'Bytes of noise.', shape: [2, 2, 3], dtype: 'float32' },
  code: { doc: 'Floats.', shape: [4], dtype: 'float32' },
  count: { doc: 'An integer.', shape: [], dtype: 'int32' },
  caption: { doc: 'A text.', shape: [], dtype: 'text' },
} as const;

/** A data set for tests: numbers drawn by name, and faults on demand. */
export const numbers = defineDataset({
  name: 'numbers',
  doc: 'Numbers.',
  attrs: {
    'fail-at': { type: 'integer', optional: true, description: 'The pair that cannot be made.' },
    'fail-open': { type: 'boolean', default: false },
    'die-at': { type: 'integer', optional: true, description: 'The pair that ends the thread.' },
    'slow': { type: 'integer', default: 0, description: 'Milliseconds that the first pair takes longer than the next.' },
  },
  fields: () => fields,
  open: async (attrs, { seed }) => {
    if (attrs['fail-open']) throw new TypeError('the disk is gone');
    return {
      hash: `numbers-${seed}`,
      description: 'numbers for tests',
      fields,
      length: () => undefined,
      pair: async (index, split, policy): Promise<Pair> => {
        if (index === attrs['fail-at']) throw new RangeError(`pair ${index} is missing`);
        if (index === attrs['die-at']) process.exit(7);
        if (attrs.slow > 0) await new Promise((resolve) => setTimeout(resolve, attrs.slow / (1 + index)));
        const choice = choosePair({ count: 5, pictures: () => 3 }, policy, stream(seed, 'pair', split, index));
        const { sameIdentity, sameImage } = choice;
        return { source: sample(seed, choice.source.person, choice.source.picture), target: sample(seed, choice.target.person, choice.target.picture), sameIdentity, sameImage };
      },
    };
  },
});

function sample(seed: number, person: number, picture: number): Sample {
  const s = stream(seed, 'sample', person, picture);
  return {
    id: `${person}/${picture}`,
    identity: String(person),
    fields: {
      image: Uint8Array.from({ length: 12 }, () => s.integer(256)),
      code: Float32Array.from({ length: 4 }, () => s.normal()),
      count: Int32Array.of(person),
      caption: `person ${person}`,
    },
  };
}
