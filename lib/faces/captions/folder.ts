import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Captioner } from './captioner.ts';

/** Captions from text files that match the photographs by name (`a/b.jpg` -> `FOLDER/a/b.txt`), as the paper keeps them. A missing file gives an empty caption. */
export function folderCaptioner(folder: string): Captioner {
  return {
    name: 'folder',
    free: true,
    caption: async ({ photo }) => {
      const { dir, name } = parse(photo);
      try {
        return await readFile(join(folder, dir, `${name}.txt`), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
        throw error;
      }
    },
  };
}
