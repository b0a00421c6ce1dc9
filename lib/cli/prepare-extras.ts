import path from 'node:path';
import { shownPath } from '../compose/files.ts';
import { captionPrepared } from '../datasets/photos/caption.ts';
import { layoutNamed } from '../datasets/photos/layouts/index.ts';
import type { LayoutSource } from '../datasets/photos/layouts/layout.ts';
import { exportShards } from '../datasets/photos/shards.ts';
import type { Captioner } from '../faces/captions/captioner.ts';
import { loadClipTokenizer } from '../faces/captions/clip-bpe.ts';
import { endpointCaptioner, type EndpointOptions } from '../faces/captions/endpoint.ts';
import { folderCaptioner } from '../faces/captions/folder.ts';
import { EXIT, ExitError } from './exit.ts';

/** The photographs of a data set as its authors lay it out; tells on stderr what was found against the published counts. @throws DiagnosticError for an unknown layout */
export async function layoutSources(name: string, root: string): Promise<readonly LayoutSource[]> {
  const { sources, counts, missing, unknown } = await layoutNamed(name).list(root);
  console.error(`${name}: ${counts.map(({ what, found, published }) => `${found}${published === undefined ? '' : ` of ${published}`} ${what}`).join(', ')}`);
  for (const line of missing) console.error(`  ${line}`);
  if (unknown.length > 0) console.error(`  ${unknown.length} pictures and videos have names that the layout does not know, such as ${unknown[0]}`);
  return sources;
}

/** Where captions come from: the endpoint's settings, or a folder of text files. */
export type CaptionPlan = { readonly endpoint: EndpointOptions } | { readonly folder: string };

/** Captions the faces of a prepared folder; the estimate is told before anything is asked. @throws ExitError (run failed) where some were not answered */
export async function captionFolder(folder: string, plan: CaptionPlan, price: number | undefined, signal: AbortSignal): Promise<void> {
  const captioner: Captioner = 'endpoint' in plan ? endpointCaptioner(plan.endpoint) : folderCaptioner(path.resolve(plan.folder));
  const tokenizer = await loadClipTokenizer();
  let failed = 0;
  for await (const event of captionPrepared(folder, { captioner, tokenizer, signal, ...(price === undefined ? {} : { price }) })) {
    if (event.kind === 'estimate') console.error(`captions by ${captioner.name}: ${event.toAsk} to ask for, ${event.captioned} there${event.cost === undefined ? '' : `, about ${event.cost.toFixed(2)} at ${price} each`}`);
    if (event.kind === 'failed') console.error(`  ${event.face}: ${event.reason}`);
    if (event.kind === 'done') {
      failed = event.failed;
      console.log(`${event.captioned} faces captioned, ${event.refused} texts refused by the rules, ${event.failed} not answered`);
    }
  }
  if (failed === 0) return;
  console.error('The same command asks for the rest.');
  throw new ExitError(EXIT.failed);
}

/** Writes the usable faces as tar shards. */
export async function shardFolder(folder: string, out: string): Promise<void> {
  const shards = await exportShards(folder, out);
  console.log(`${shards.length} shards with ${shards.reduce((sum, shard) => sum + shard.faces, 0)} faces in ${shownPath(out)}`);
}
