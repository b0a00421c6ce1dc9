import { join } from 'node:path';
import { parquetSources } from '../../prepare/parquet.ts';
import { distinct, filesUnder } from './layout.ts';
import type { Layout, LayoutSource } from './layout.ts';

/** `data/train-00000-of-00002.parquet`: the split is the name's first word. */
export const parquetLayout: Layout = {
  name: 'parquet',
  doc: "Hugging Face's parquet files: a column image of { bytes, path }, and where they are there identity or label, and caption or text; SPLIT-00000-of-00002.parquet at any depth.",
  source: 'nothing is published, but the names tell how many files there are',
  list: async (root) => {
    const files = (await filesUnder(root)).filter((name) => /\.parquet$/i.test(name));
    const sources: LayoutSource[] = [];
    for (const name of files) {
      const split = partOf(name)?.split;
      for (const source of await parquetSources(join(root, name), name)) sources.push({ ...source, ...(split === undefined ? {} : { label: { ...source.label, split } }) });
    }
    sources.sort((p, q) => (p.name < q.name ? -1 : p.name > q.name ? 1 : 0));
    const counts = [{ what: 'photographs', found: sources.length }, { what: 'identities', found: distinct(sources.map((s) => s.label?.identity)) }];
    return { sources, unknown: [], counts, missing: missingParts(files) };
  },
};

interface Part {
  readonly split: string;
  readonly index: number;
  readonly of: number;
}

function partOf(name: string): Part | undefined {
  const found = /(?:^|\/)([a-z0-9_]+)-(\d{5})-of-(\d{5})(?:-[0-9a-f]+)?\.parquet$/i.exec(name);
  return found ? { split: found[1], index: Number(found[2]), of: Number(found[3]) } : undefined;
}

function missingParts(files: readonly string[]): string[] {
  const splits = new Map<string, Part[]>();
  for (const part of files.map(partOf)) if (part) splits.set(part.split, [...(splits.get(part.split) ?? []), part]);
  return [...splits].flatMap(([split, parts]) => {
    const rest = Math.max(...parts.map((part) => part.of)) - new Set(parts.map((part) => part.index)).size;
    return rest > 0 ? [`${rest} of ${parts[0].of} files of "${split}" are not there`] : [];
  });
}
