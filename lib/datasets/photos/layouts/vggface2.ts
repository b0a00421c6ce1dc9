import { join } from 'node:path';
import { distinct, filesUnder, listingOf, shortfalls } from './layout.ts';
import type { Layout, LayoutCount } from './layout.ts';

/** `train/n000002/0001_01.jpg`, `test/n000001/0001_01.jpg`; the folders may lie in `data/` as well. */
export const vggface2: Layout = {
  name: 'vggface2',
  doc: 'VGGFace2: train/IDENTITY/PHOTO_FACE.jpg and test/IDENTITY/PHOTO_FACE.jpg, identities being n000001 and the like.',
  source: 'Cao et al. 2018, "VGGFace2: A dataset for recognising faces across pose and age", Table 2',
  list: async (root) => {
    const files = await filesUnder(root);
    const { sources, unknown } = listingOf(files, (name) => {
      const found = /^(?:data\/)?(?:vggface2_)?(train|test)\/(n\d{6})\/\d{4}_\d{2}\.jpg$/.exec(name);
      return found ? { name, path: join(root, name), label: { split: found[1], identity: found[2] } } : undefined;
    });
    const of = (split: string) => sources.filter((source) => source.label?.split === split);
    const counts: LayoutCount[] = [
      { what: 'training identities', found: distinct(of('train').map((s) => s.label?.identity)), published: 8631 },
      { what: 'training photographs', found: of('train').length, published: 3_141_890 },
      { what: 'test identities', found: distinct(of('test').map((s) => s.label?.identity)), published: 500 },
      { what: 'test photographs', found: of('test').length, published: 169_396 },
    ];
    return { sources, unknown, counts, missing: shortfalls(counts) };
  },
};
