import { statSync } from 'node:fs';
import { shownPath } from '../compose/files.ts';
import { layoutNamed } from '../datasets/photos/layouts/index.ts';
import type { LayoutSource } from '../datasets/photos/layouts/layout.ts';
import { failure } from '../diagnostics/failure.ts';
import { exportShards } from '../datasets/photos/shards.ts';

/** The photographs of a data set as its authors lay it out; tells on stderr what was found against the published counts. @throws DiagnosticError for an unknown layout */
export async function layoutSources(name: string, root: string): Promise<readonly LayoutSource[]> {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw failure('prepare/layout', `--layout reads a folder, and ${shownPath(root)} is none`);
  const { doc, list } = layoutNamed(name);
  const { sources, counts, missing, unknown } = await list(root);
  if (sources.length === 0) throw failure('prepare/layout', `nothing in ${shownPath(root)} lies as in ${doc}`, undefined, unknown.length > 0 ? `there is, for instance, ${unknown[0]}` : undefined);
  console.error(`${name}: ${counts.map(({ what, found, published }) => `${found}${published === undefined ? '' : ` of ${published}`} ${what}`).join(', ')}`);
  for (const line of missing) console.error(`  ${line}`);
  if (unknown.length > 0) console.error(`  pictures and videos with names that the layout does not know, which are left out: ${unknown.length}, such as ${unknown[0]}`);
  return sources;
}

/** Writes the usable faces as tar shards. */
export async function shardFolder(folder: string, out: string): Promise<void> {
  const shards = await exportShards(folder, out);
  console.log(`${shards.length} shards with ${shards.reduce((sum, shard) => sum + shard.faces, 0)} faces in ${shownPath(out)}`);
}
