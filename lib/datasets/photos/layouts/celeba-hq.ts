import { join } from 'node:path';
import { distinct, filesUnder, listingOf, shortfalls, textOf } from './layout.ts';
import type { Layout, LayoutCount } from './layout.ts';

/** `CelebA-HQ-img/0.jpg` to `29999.jpg`; people by `CelebA-HQ-to-CelebA-mapping.txt` and CelebA's `identity_CelebA.txt`, where both are there. */
export const celebaHq: Layout = {
  name: 'celeba-hq',
  doc: 'CelebA-HQ as CelebAMask-HQ ships it: CelebA-HQ-img/N.jpg; identities need CelebA-HQ-to-CelebA-mapping.txt and identity_CelebA.txt.',
  source: 'Karras et al. 2018 (30,000 images); Liu et al. 2015, Lee et al. 2020 for the two tables',
  list: async (root) => {
    const people = await peopleOf(root);
    const { sources, unknown } = listingOf(await filesUnder(root), (name) => {
      const found = /^(?:CelebA-HQ-img|images|celeba_hq)\/0*(\d+)\.(?:jpg|png)$/.exec(name);
      if (!found || Number(found[1]) >= 30_000) return undefined;
      const identity = people?.get(Number(found[1]));
      return { name, path: join(root, name), label: { ...(identity === undefined ? { alone: true } : { identity }), tags: { index: Number(found[1]) } } };
    });
    const masks = new Set(await filesUnder(root, 'CelebAMask-HQ-mask-anno'));
    const counts: LayoutCount[] = [
      { what: 'images', found: sources.length, published: 30_000 },
      { what: 'identities', found: distinct(sources.map((s) => s.label?.identity)), ...(people ? { published: 6217 } : {}) },
    ];
    const tables = people ? [] : ['CelebA-HQ-to-CelebA-mapping.txt or identity_CelebA.txt is not there: every image counts as a person of its own'];
    return { sources, unknown: unknown.filter((name) => !masks.has(name)), counts, missing: [...shortfalls(counts), ...tables] };
  },
};

/** Index in CelebA-HQ -> person in CelebA. */
async function peopleOf(root: string): Promise<Map<number, string> | undefined> {
  const mapping = await textOf(root, 'CelebA-HQ-to-CelebA-mapping.txt');
  const identities = await textOf(root, 'identity_CelebA.txt') ?? await textOf(root, 'Anno/identity_CelebA.txt');
  if (mapping === undefined || identities === undefined) return undefined;
  const rows = (text: string) => text.split('\n').map((line) => line.trim().split(/\s+/)).filter((row) => row.length >= 2);
  const byFile = new Map(rows(identities).map(([file, person]) => [file, person]));
  const pairs = rows(mapping).filter(([index]) => /^\d+$/.test(index)).map((row): [number, string | undefined] => [Number(row[0]), byFile.get(row[row.length - 1])]);
  return new Map(pairs.filter((pair): pair is [number, string] => pair[1] !== undefined));
}
