import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidArgumentError, type Command } from 'commander';
import { shownPath } from '../../compose/files.ts';
import { stagesOf } from '../../datasets/prepare/own-stages.ts';
import { readPipeline } from '../../datasets/prepare/pipeline.ts';
import { prepare, type PrepareEvent } from '../../datasets/prepare/prepare.ts';
import { layouts } from '../../datasets/photos/layouts/index.ts';
import { samplePhotos } from '../../datasets/photos/samples.ts';
import { failure } from '../../diagnostics/failure.ts';
import { defaultPerMinute } from '../../faces/captions/endpoint.ts';
import { EXIT, ExitError } from '../exit.ts';
import { append, choice, positive } from '../options.ts';
import { captionFolder, captionPlan, type CaptionFlags } from '../prepare-captions.ts';
import { layoutSources, shardFolder } from '../prepare-extras.ts';
import { progressLine } from '../progress-line.ts';
import { duration } from '../progress.ts';

interface PrepareFlags extends CaptionFlags {
  readonly out: string;
  readonly pipeline?: string;
  readonly workers?: number;
  readonly layout?: string;
  readonly frames?: number;
  readonly shards?: string;
  readonly plugin: readonly string[];
}

/** `prepare PHOTOS -o DIR`: photographs -> aligned crops, masks, landmarks, and what else the pipeline's stages measure. */
export function addPrepare(program: Command): void {
  program.command('prepare').argument('<photos...>', 'photographs, folders, tar and parquet files, and videos (their frames are cut out with ffmpeg, which must be installed); "samples" stands for the photographs that packages ship')
    .description('find, align and mask the faces of photographs; started again it goes on where it stopped')
    .requiredOption('-o, --out <dir>', 'the folder to write')
    .option('--pipeline <file>', 'a pipeline of your own; default experiments/prepare/default.yaml')
    .option('--workers <n>', `processes side by side; default ${os.availableParallelism()}, the cores`, positive)
    .option('--layout <name>', `read one folder as a data set in its published layout: ${layouts.map((layout) => layout.name).join(', ')}`, choice(layouts.map((layout) => layout.name)))
    .option('--frames <n>', 'frames of each video, evenly spaced; default 10', positive)
    .option('--captions <endpoint|dir>', 'caption the faces afterwards: by the OpenAI-compatible endpoint that SWAPGRAPH_CAPTION_URL, SWAPGRAPH_CAPTION_MODEL and SWAPGRAPH_CAPTION_KEY name, or from DIR/PHOTO.txt')
    .option('--caption-price <n>', 'price of one caption, in any currency, for the estimate that is told before anything is asked', price)
    .option('--caption-budget <n>', 'ask for nothing if the estimate is higher', price)
    .option('--caption-rate <n>', `requests a minute at most; default ${defaultPerMinute}`, positive)
    .option('--shards <dir>', 'also write the usable faces as tar shards with checksums (WebDataset)')
    .option('--plugin <file>', 'a module with stages of your own; its code runs (repeatable)', append, [])
    .action(run);
}

/** A price in any currency. */
function price(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < Infinity)) throw new InvalidArgumentError(`expected a number from 0, received "${text}"`);
  return value;
}

async function run(photos: readonly string[], flags: PrepareFlags): Promise<void> {
  if (flags.layout !== undefined && photos.length !== 1) throw failure('prepare/layout', `--layout reads one folder, received ${photos.length}`);
  const captions = captionPlan(flags);
  const modules = flags.plugin.map((file) => pathToFileURL(path.resolve(file)).href);
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const inputs = await Promise.all(photos.map((p) => (p === 'samples' ? samplePhotos({ onDownload: (what) => console.error(`downloading ${what}`) }) : p)));
  const out = path.resolve(flags.out);
  const events = prepare(inputs, out, {
    signal: abort.signal, modules,
    ...(flags.pipeline === undefined ? {} : { pipeline: readPipeline(path.resolve(flags.pipeline), await stagesOf(modules)) }), ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    ...(flags.frames === undefined ? {} : { frames: flags.frames }), ...(flags.layout === undefined ? {} : { sources: await layoutSources(flags.layout, inputs[0]) }),
  });
  await follow(events, abort.signal);
  if (captions !== undefined) await captionFolder(out, captions, abort.signal);
  if (flags.shards !== undefined) await shardFolder(out, path.resolve(flags.shards));
}

/** Tells the events as they come. @throws ExitError where the signal ended them */
async function follow(events: AsyncIterable<PrepareEvent>, signal: AbortSignal): Promise<void> {
  const begun = performance.now();
  const show = progressLine();
  try {
    for await (const event of events) tell(event, (performance.now() - begun) / 1000, show);
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error('Interrupted; the same command goes on.');
    throw new ExitError(EXIT.interrupted);
  }
}

function tell(event: PrepareEvent, seconds: number, show: ReturnType<typeof progressLine>): void {
  if (event.kind === 'start') console.error(`${plural(event.photographs, 'photograph')}, ${plural(event.workers, 'worker')}${event.ignored > 0 ? `, ${plural(event.ignored, 'other file')}` : ''}`);
  if (event.kind === 'photo') {
    const { done, total, record } = event;
    show(`${done}/${total}  ${record.photo}: ${record.outcome}  ETA ${duration((seconds / done) * (total - done))}`, done === total);
  }
  if (event.kind === 'done') {
    const { photographs, faces, usable, outcomes, conversions, problems } = event.summary;
    console.log(`${plural(photographs, 'photograph')}, ${plural(faces, 'face')}, ${usable} usable: ${counts(outcomes)}${listed('problems', problems)}${listed('converted', conversions)}`);
    console.log(`Look at ${shownPath(path.join(event.out, 'index.html'))}`);
    if (usable > 0) console.log(`Train on it: data: { dataset: photos, path: ${shownPath(event.out)} }`);
  }
}

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const listed = (what: string, of: Readonly<Record<string, number | undefined>>): string => (Object.keys(of).length > 0 ? `; ${what}: ${counts(of)}` : '');
const counts = (of: Readonly<Record<string, number | undefined>>): string => Object.entries(of).map(([name, n]) => `${name} ${n}`).join(', ');
