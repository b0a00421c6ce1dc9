import { dirname, join } from 'node:path';
import { isPictureName, isVideoName } from '../../prepare/sources.ts';
import { distinct, filesUnder, listingOf } from './layout.ts';
import type { Layout } from './layout.ts';

/** `IDENTITY/photo.jpg`: the folder is the person; what lies at the top has no label. */
export const plainFolder: Layout = {
  name: 'folder',
  doc: 'Any folder: IDENTITY/photo.jpg, at any depth; photographs at the top are people of their own.',
  source: 'nothing is published',
  list: async (root) => {
    const { sources, unknown } = listingOf(await filesUnder(root), (name) => {
      if (!isPictureName(name) && !isVideoName(name)) return undefined;
      const identity = dirname(name);
      return { name, path: join(root, name), ...(isVideoName(name) ? { video: true as const } : {}), ...(identity === '.' ? {} : { label: { identity } }) };
    });
    const counts = [{ what: 'photographs', found: sources.length }, { what: 'identities', found: distinct(sources.map((s) => s.label?.identity)) }];
    return { sources, unknown, counts, missing: [] };
  },
};
