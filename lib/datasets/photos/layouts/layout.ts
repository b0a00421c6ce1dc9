import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhotoSource } from '../../prepare/sources.ts';
import { isPictureName, isVideoName } from '../../prepare/sources.ts';

/** How many of something were found, and how many the data set's authors published. */
export interface LayoutCount {
  readonly what: string;
  readonly found: number;
  /** Undefined where nothing was published. */
  readonly published?: number;
}

export interface LayoutListing {
  /** In the order of their names; videos are listed as such (`video: true`). */
  readonly sources: readonly LayoutSource[];
  readonly counts: readonly LayoutCount[];
  /** What a whole copy would also have, in words. */
  readonly missing: readonly string[];
  /** Pictures and videos whose names the layout does not know. */
  readonly unknown: readonly string[];
}

export interface LayoutSource extends PhotoSource {
  readonly video?: true;
}

/** A data set as its authors lay it out on disk. */
export interface Layout {
  readonly name: string;
  readonly doc: string;
  /** Where the published counts come from. */
  readonly source: string;
  list(root: string): Promise<LayoutListing>;
}

/** All files under a folder, relative, with forward slashes, sorted. Hidden ones are left out; a folder that is not there is empty. */
export async function filesUnder(root: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries.sort((p, q) => (p.name < q.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const name = prefix ? `${prefix}/${entry.name}` : entry.name;
    if (entry.isDirectory()) found.push(...await filesUnder(root, name));
    else found.push(name);
  }
  return found;
}

/** The listing of files by a rule that gives each known name its source; `undefined` from the rule: unknown. */
export function listingOf(files: readonly string[], rule: (name: string) => LayoutSource | undefined): Pick<LayoutListing, 'sources' | 'unknown'> {
  const sources: LayoutSource[] = [];
  const unknown: string[] = [];
  for (const name of files) {
    const source = rule(name);
    if (source) sources.push(source);
    else if (isPictureName(name) || isVideoName(name)) unknown.push(name);
  }
  sources.sort((p, q) => (p.name < q.name ? -1 : p.name > q.name ? 1 : 0));
  return { sources, unknown };
}

export function distinct(values: Iterable<string | undefined>): number {
  return new Set([...values].filter((value) => value !== undefined)).size;
}

/** `N of PUBLISHED WHAT are not there` for every count that falls short. */
export function shortfalls(counts: readonly LayoutCount[]): string[] {
  return counts.filter(({ found, published }) => published !== undefined && found < published)
    .map(({ what, found, published }) => `${(published ?? 0) - found} of ${published} ${what} are not there`);
}

/** The text of a file under the root, or undefined where it is not there. */
export async function textOf(root: string, name: string): Promise<string | undefined> {
  return readFile(join(root, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
