import { availableParallelism } from 'node:os';
import { shownPath } from '../../compose/files.ts';
import { failure } from '../../diagnostics/failure.ts';
import { writeContactSheet } from './contact-sheet.ts';
import { finishPrepared } from './finish.ts';
import type { PrepareSummary } from './finish.ts';
import { readPipeline } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { defaultLimits } from './photo.ts';
import type { PhotoLimits } from './photo.ts';
import { runPool } from './pool.ts';
import { stagesOf } from './own-stages.ts';
import type { PhotoRecord } from './record.ts';
import { frameSources, listPhotos, sortedSources } from './sources.ts';
import type { Listing, PhotoSource } from './sources.ts';
import { closeStore, headerOf, openStore } from './store.ts';

export interface PrepareOptions {
  /** Default: the pipeline that ships, `experiments/prepare/default.yaml`. */
  readonly pipeline?: Pipeline;
  /** Processes that work side by side; default: the cores this process may use. The results do not depend on it. */
  readonly workers?: number;
  readonly limits?: Partial<PhotoLimits>;
  /** URLs of modules that export stages of one's own. */
  readonly modules?: readonly string[];
  /** Frames taken of each video, evenly spaced. Default 10, as FaceForensics++ is evaluated. */
  readonly frames?: number;
  /** What to prepare instead of everything under `photos`: the sources of a data set's layout, with their labels. */
  readonly sources?: readonly (PhotoSource & { readonly video?: true })[];
  readonly signal?: AbortSignal;
}

/** What `prepare` tells while it works. */
export type PrepareEvent =
  | { readonly kind: 'start'; readonly photographs: number; readonly ignored: number; readonly workers: number }
  | { readonly kind: 'photo'; readonly record: PhotoRecord; readonly resumed: boolean; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly out: string; readonly summary: PrepareSummary };

/**
 * Photographs (files and folders) -> a folder of aligned crops, masks and measurements with a manifest of checksums (docs/reference/prepare.md). Stopped at any moment and
 * started again, it goes on where it was; its bytes depend on the photographs, the pipeline and the installed versions alone.
 * @throws DiagnosticError where an input is missing, nothing is a photograph, or the folder was made by another pipeline
 */
export async function* prepare(photos: readonly string[], out: string, options: PrepareOptions = {}): AsyncGenerator<PrepareEvent> {
  const pipeline = options.pipeline ?? readPipeline(undefined, await stagesOf(options.modules ?? []));
  const limits = { ...defaultLimits, ...options.limits };
  const { sources, ignored } = await listed(photos, options);
  if (sources.length === 0) throw failure('prepare/input', `there is no photograph in ${photos.map((path) => shownPath(path)).join(', ')}${ignored > 0 ? ` (${ignored} other files)` : ''}`);
  const workers = Math.max(1, Math.min(options.workers ?? availableParallelism(), sources.length));
  await openStore(out, headerOf(pipeline, limits));
  yield { kind: 'start', photographs: sources.length, ignored, workers };
  const ids = new Array<string>(sources.length);
  let done = 0;
  for await (const { index, record, resumed } of runPool(sources, { out, pipeline, limits, modules: options.modules ?? [] }, workers, options.signal)) {
    ids[index] = record.id;
    done += 1;
    yield { kind: 'photo', record, resumed, done, total: sources.length };
  }
  const summary = await finishPrepared(out, ids, ignored);
  await writeContactSheet(out, summary);
  await closeStore(out);
  yield { kind: 'done', out, summary };
}

/** What is to be prepared: the sources that were given, or what lies under the inputs. */
async function listed(photos: readonly string[], { sources, frames = 10 }: PrepareOptions): Promise<Listing> {
  if (sources === undefined) return listPhotos(photos, frames);
  const all: PhotoSource[] = [];
  for (const { video, ...source } of sources) all.push(...(video ? await frameSources(source, frames) : [source]));
  return { sources: sortedSources(all), ignored: 0 };
}
