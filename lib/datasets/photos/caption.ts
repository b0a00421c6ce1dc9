import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Captioner } from '../../faces/captions/captioner.ts';
import type { ClipTokenizer } from '../../faces/captions/clip-bpe.ts';
import { EndpointError } from '../../faces/captions/endpoint.ts';
import { checkCaption } from '../../faces/captions/rules.ts';
import type { Pose } from '../../faces/pose.ts';
import { readCaptions } from './captions-file.ts';
import type { CaptionLine } from './captions-file.ts';
import { openPrepared } from './prepared.ts';
import type { PreparedFace, PreparedFolder } from './prepared.ts';

export interface CaptionOptions {
  readonly captioner: Captioner;
  readonly tokenizer: ClipTokenizer;
  /** Faces asked about at a time. Default 4. */
  readonly parallel?: number;
  /** Price of one caption in any currency, for the estimate. */
  readonly price?: number;
  /** How often a text that breaks the rules is asked for again; a free captioner's never. Default 2. */
  readonly repeats?: number;
  readonly signal?: AbortSignal;
}

export type CaptionEvent =
  /** Told first; a caller that does not like the cost stops here, before anything is asked. `cost` if no text breaks the rules, `most` if all always do. */
  | { readonly kind: 'estimate'; readonly faces: number; readonly captioned: number; readonly toAsk: number; readonly cost?: number; readonly most?: number }
  | { readonly kind: 'caption'; readonly line: CaptionLine; readonly done: number; readonly total: number }
  /** The captioner failed for one face; the face is asked about again in the next run. */
  | { readonly kind: 'failed'; readonly face: string; readonly reason: string }
  | { readonly kind: 'done'; readonly captioned: number; readonly refused: number; readonly failed: number };

/**
 * Captions the faces of a prepared folder into its `captions.jsonl`, one line per face as it is answered; what is there is not asked for again, so a stopped run goes on.
 * Texts that break the paper's rules are asked for again some times, then kept as refused with the reason.
 */
export async function* captionPrepared(folder: string, options: CaptionOptions): AsyncGenerator<CaptionEvent> {
  const { captioner, price } = options;
  const prepared = await openPrepared(folder, { identity: 'face' });
  const known = await readCaptions(folder);
  const missing = captioner.free ? prepared.faces : prepared.faces.filter((face) => known.get(face.id)?.by !== captioner.name);
  const cost = price === undefined ? {} : { cost: price * missing.length, most: price * missing.length * (1 + repeatsOf(options)) };
  yield { kind: 'estimate', faces: prepared.faces.length, captioned: prepared.faces.length - missing.length, toAsk: missing.length, ...cost };
  // What is under way when one answer ends the run, or the caller leaves, must not go on asking.
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  let done = 0;
  let failed = 0;
  try {
    for await (const result of inParallel(missing, options.parallel ?? 4, (face) => captionOne(prepared.picture(face, largestCrop(face)), face, { ...options, signal }))) {
      if ('reason' in result) {
        failed += 1;
        yield { kind: 'failed', ...result };
        continue;
      }
      await appendFile(join(folder, 'captions.jsonl'), `${JSON.stringify(result)}\n`);
      known.set(result.face, result);
      yield { kind: 'caption', line: result, done: ++done, total: missing.length };
    }
  } finally {
    stop.abort();
  }
  const lines = prepared.faces.map((face) => known.get(face.id)).filter((line): line is CaptionLine => line !== undefined);
  await writeFile(join(folder, 'captions.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  yield { kind: 'done', captioned: lines.filter((line) => line.caption !== undefined).length, refused: lines.filter((line) => line.refused !== undefined).length, failed };
}

const repeatsOf = ({ captioner, repeats = 2 }: CaptionOptions): number => (captioner.free ? 0 : repeats);

type Result = CaptionLine | { readonly face: string; readonly reason: string };

async function captionOne(picture: ReturnType<PreparedFolder['picture']>, face: PreparedFace, options: CaptionOptions): Promise<Result> {
  const crop = await picture;
  const pose = face.fields['pose'] as unknown as Pose | undefined;
  const expression = face.fields['expression'] as unknown as Readonly<Record<string, number>> | undefined;
  let reason = '';
  for (let attempt = 0; attempt <= repeatsOf(options); attempt++) {
    try {
      const text = await options.captioner.caption({ id: face.id, photo: face.photo, crop, ...(pose ? { pose } : {}), ...(expression ? { expression } : {}) }, options.signal);
      const verdict = checkCaption(text, options.tokenizer);
      if (verdict.ok) return { face: face.id, by: options.captioner.name, caption: verdict.caption };
      reason = verdict.reason;
    } catch (error) {
      // A refusal for good (a wrong key, an unknown model) would meet every face alike: it stops the run.
      if (!(error instanceof EndpointError) || !error.passing) throw error;
      return { face: face.id, reason: error.message };
    }
  }
  return { face: face.id, by: options.captioner.name, refused: reason };
}

function largestCrop(face: PreparedFace): string {
  const sizes = Object.keys(face.files).filter((name) => name.startsWith('image-')).map((name) => Number(name.slice('image-'.length)));
  return `image-${Math.max(...sizes)}`;
}

/** Results of `work` over all items in the order in which they come, at most `limit` under way. */
async function* inParallel<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const running = new Map<number, Promise<{ at: number; result: R }>>();
  let next = 0;
  while (next < items.length || running.size > 0) {
    while (next < items.length && running.size < limit) {
      const at = next++;
      running.set(at, work(items[at]).then((result) => ({ at, result })));
    }
    const { at, result } = await Promise.race(running.values());
    running.delete(at);
    yield result;
  }
}
