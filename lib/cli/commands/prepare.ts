import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { shownPath } from '../../compose/files.ts';
import { readPipeline } from '../../datasets/prepare/pipeline.ts';
import { prepare, type PrepareEvent } from '../../datasets/prepare/prepare.ts';
import { samplePhotos } from '../../datasets/photos/samples.ts';
import { EXIT, ExitError } from '../exit.ts';
import { duration } from '../progress.ts';

interface PrepareFlags {
  readonly out: string;
  readonly pipeline?: string;
  readonly workers?: string;
  readonly plugin: readonly string[];
}

/** `prepare PHOTOS -o DIR`: photographs -> aligned crops, masks, landmarks, and what else the pipeline's stages measure. */
export function addPrepare(program: Command): void {
  program.command('prepare').argument('<photos...>', 'photographs and folders; "samples" stands for the photographs that packages ship')
    .description('find, align and mask the faces of photographs; started again it goes on where it stopped')
    .requiredOption('-o, --out <dir>', 'the folder to write')
    .option('--pipeline <file>', 'a pipeline of your own; default experiments/prepare/default.yaml')
    .option('--workers <n>', `processes side by side; default ${os.availableParallelism()}, the cores`)
    .option('--plugin <file>', 'a module with stages of your own; its code runs (repeatable)', (value: string, before: readonly string[]) => [...before, value], [])
    .action(run);
}

async function run(photos: readonly string[], flags: PrepareFlags): Promise<void> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const inputs = await Promise.all(photos.map((p) => (p === 'samples' ? samplePhotos({ onDownload: (what) => console.error(`downloading ${what}`) }) : p)));
  const events = prepare(inputs, path.resolve(flags.out), {
    signal: abort.signal, modules: flags.plugin.map((file) => pathToFileURL(path.resolve(file)).href),
    ...(flags.pipeline === undefined ? {} : { pipeline: readPipeline(path.resolve(flags.pipeline)) }), ...(flags.workers === undefined ? {} : { workers: Number(flags.workers) }),
  });
  const begun = performance.now();
  const lines = { shown: 0 };
  let last: PrepareEvent | undefined;
  for await (const event of events) {
    last = event;
    tell(event, (performance.now() - begun) / 1000, lines);
    if (abort.signal.aborted) break;
  }
  if (last?.kind === 'done') return;
  console.error('Interrupted; the same command goes on.');
  throw new ExitError(EXIT.interrupted);
}

/** When the last plain line was printed, in seconds. */
interface Lines {
  shown: number;
}

function tell(event: PrepareEvent, seconds: number, lines: Lines): void {
  if (event.kind === 'start') console.error(`${event.photographs} photographs, ${event.workers} workers${event.ignored > 0 ? `, ${event.ignored} other files` : ''}`);
  if (event.kind === 'photo') tellPhoto(event, seconds, lines);
  if (event.kind === 'done') {
    const { photographs, faces, usable, outcomes, problems } = event.summary;
    console.log(`${photographs} photographs, ${faces} faces, ${usable} usable: ${counts(outcomes)}${Object.keys(problems).length > 0 ? `; problems: ${counts(problems)}` : ''}`);
    const sheet = path.join(event.out, 'index.html');
    if (existsSync(sheet)) console.log(`Look at ${shownPath(sheet)}`);
    console.log(`Train on it: data: { dataset: photos, path: ${shownPath(event.out)} }`);
  }
}

function tellPhoto(event: Extract<PrepareEvent, { kind: 'photo' }>, seconds: number, lines: Lines): void {
  const { done, total, record } = event;
  const line = `${done}/${total}  ${record.photo}: ${record.outcome}  ETA ${duration((seconds / done) * (total - done))}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns || 80) - 1)}${done === total ? '\n' : ''}`);
  else if (done === total || seconds - lines.shown >= 5) {
    lines.shown = seconds;
    console.error(line);
  }
}

const counts = (of: Readonly<Record<string, number | undefined>>): string => Object.entries(of).map(([name, n]) => `${name} ${n}`).join(', ');
