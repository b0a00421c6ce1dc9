import { join } from 'node:path';
import { filesUnder, listingOf, shortfalls } from './layout.ts';
import type { Layout, LayoutCount } from './layout.ts';

/** `stylegan/OWNER_PHOTO_FACE.png` or the same in `eg3d/`, `realign/`, `raw/`; nobody's name is known, so every photograph is a person of its own. */
export const lpff: Layout = {
  name: 'lpff',
  doc: 'LPFF: one of the folders stylegan, eg3d, realign or raw (the first that is there is used), files named OWNER_PHOTO_FACE.png; no identities.',
  source: 'Wu et al. 2023, "LPFF: A Portrait Dataset for Face Generators Across Large Poses": 19,590 images',
  list: async (root) => {
    const files = await filesUnder(root);
    const folder = ['stylegan', 'eg3d', 'realign', 'raw'].find((name) => files.some((file) => file.startsWith(`${name}/`)));
    const inFolder = files.filter((file) => folder === undefined || file.startsWith(`${folder}/`));
    const { sources, unknown } = listingOf(inFolder, (name) => {
      const found = /^(?:\w+\/)?([^/]+?)(?:_(\d{2}))?(?:_(?:stylegan|eg3d|realign\d*))?\.(?:png|jpg)$/.exec(name);
      if (!found) return undefined;
      return { name, path: join(root, name), label: { identity: found[1], tags: { photo: found[1], ...(found[2] ? { face: Number(found[2]) } : {}) } } };
    });
    const counts: LayoutCount[] = [{ what: 'images', found: sources.length, ...(folder === 'raw' ? {} : { published: 19_590 }) }];
    return { sources, unknown, counts, missing: shortfalls(counts) };
  },
};
