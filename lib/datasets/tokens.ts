import { loadClipTokenizer, type ClipTokenizer } from '../faces/captions/clip-bpe.ts';
import type { Dataset, Pair, Sample } from '../registry/dataset.ts';
import { parseFieldAddress } from '../registry/field-address.ts';
import { tokensOf, tokensSpec } from '../registry/token-field.ts';

/**
 * The data set with what the requested names make of its texts (`target.caption#clip-bpe#77`): int32 token ids, [length] per sample. Without such a name
 * it is the data set itself, and no vocabulary is loaded.
 */
export async function withTokens(dataset: Dataset, names: readonly string[]): Promise<Dataset> {
  const made = [...new Set(names.map((name) => parseFieldAddress(name).field))].filter((field) => tokensOf(field) !== undefined);
  if (made.length === 0) return dataset;
  const widen = widener(made, await loadClipTokenizer());
  const { oracle } = dataset;
  return {
    ...dataset,
    fields: { ...dataset.fields, ...Object.fromEntries(made.map((field) => [field, tokensSpec(field)])) },
    length: (split) => dataset.length(split),
    pair: async (index, split, policy): Promise<Pair> => {
      const pair = await dataset.pair(index, split, policy);
      const target = widen.sample(pair.target);
      return { ...pair, target, source: pair.source === pair.target ? target : widen.sample(pair.source) };
    },
    ...(oracle ? { oracle: (pair: Pair) => oracle.call(dataset, { ...pair, source: widen.original(pair.source), target: widen.original(pair.target) }) } : {}),
    close: async () => dataset.close?.(),
  };
}

/** Adds fields to samples and knows which samples they came from. */
function widener(made: readonly string[], tokenizer: ClipTokenizer): { sample(sample: Sample): Sample; original(sample: Sample): Sample } {
  const originals = new WeakMap<Sample, Sample>();
  const tokens = (sample: Sample, field: string): Int32Array => {
    const { from, length } = tokensOf(field) as NonNullable<ReturnType<typeof tokensOf>>;
    const text = sample.fields[from];
    if (typeof text !== 'string') throw new Error(`sample ${sample.id} has no text "${from}"`);
    return tokenizer.pad(text, length);
  };
  return {
    sample: (sample) => {
      const wide = { ...sample, fields: { ...sample.fields, ...Object.fromEntries(made.map((field) => [field, tokens(sample, field)])) } };
      originals.set(wide, sample);
      return wide;
    },
    original: (sample) => originals.get(sample) ?? sample,
  };
}
