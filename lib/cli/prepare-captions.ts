import { statSync } from 'node:fs';
import path from 'node:path';
import { shownPath } from '../compose/files.ts';
import { captionPrepared, type CaptionEvent } from '../datasets/photos/caption.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Captioner } from '../faces/captions/captioner.ts';
import { loadClipTokenizer } from '../faces/captions/clip-bpe.ts';
import { defaultPerMinute, endpointCaptioner, EndpointError, endpointFromEnvironment, type EndpointOptions } from '../faces/captions/endpoint.ts';
import { folderCaptioner } from '../faces/captions/folder.ts';
import { EXIT, ExitError } from './exit.ts';
import { progressLine } from './progress-line.ts';
import { duration } from './progress.ts';

/** What the flags say of captions. */
export interface CaptionFlags {
  readonly captions?: string;
  readonly captionPrice?: number;
  readonly captionBudget?: number;
  readonly captionRate?: number;
}

/** Where captions come from (the endpoint's settings, or a folder of text files), and what they may cost. */
export interface CaptionPlan {
  readonly from: { readonly endpoint: EndpointOptions } | { readonly folder: string };
  readonly price?: number;
  readonly budget?: number;
}

/** The plan of the flags; made before hours of work, not after them. @throws DiagnosticError where the endpoint's settings or the folder are missing */
export function captionPlan({ captions, captionPrice: price, captionBudget: budget, captionRate: perMinute }: CaptionFlags): CaptionPlan | undefined {
  if (captions === undefined) return undefined;
  if (budget !== undefined && price === undefined) throw failure('prepare/captions', '--caption-budget needs --caption-price, the price of one caption');
  const limits = { ...(price === undefined ? {} : { price }), ...(budget === undefined ? {} : { budget }) };
  if (captions === 'endpoint') return { from: { endpoint: { ...endpointFromEnvironment(), ...(perMinute === undefined ? {} : { perMinute }) } }, ...limits };
  const folder = path.resolve(captions);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw failure('prepare/captions', `--captions: expected "endpoint" or a folder of text files, received "${captions}", and there is no such folder`);
  return { from: { folder }, ...limits };
}

/**
 * Captions the faces of a prepared folder; the estimate is told before anything is asked.
 * @throws DiagnosticError where it costs more than the budget or the endpoint refuses for good; ExitError where it was interrupted or some faces were not answered
 */
export async function captionFolder(folder: string, plan: CaptionPlan, signal: AbortSignal): Promise<void> {
  const captioner: Captioner = 'endpoint' in plan.from ? endpointCaptioner(plan.from.endpoint) : folderCaptioner(plan.from.folder);
  const tokenizer = await loadClipTokenizer((what) => console.error(`downloading ${what}`));
  const tell = captionTeller(captioner, plan, folder);
  try {
    for await (const event of captionPrepared(folder, { captioner, tokenizer, signal, ...(plan.price === undefined ? {} : { price: plan.price }) })) tell(event);
  } catch (error) {
    if (signal.aborted) {
      console.error('Interrupted; the same command goes on.');
      throw new ExitError(EXIT.interrupted);
    }
    if (error instanceof EndpointError) throw failure('prepare/captions', error.message, undefined, 'nothing is lost: with SWAPGRAPH_CAPTION_URL, _MODEL and _KEY set right the same command goes on');
    throw error;
  }
}

function captionTeller(captioner: Captioner, plan: CaptionPlan, folder: string): (event: CaptionEvent) => void {
  const show = progressLine();
  const begun = performance.now();
  return (event) => {
    if (event.kind === 'estimate') {
      console.error(estimateText(captioner.name, event, plan));
      requireBudget(event, plan);
    }
    if (event.kind === 'caption') {
      const seconds = (performance.now() - begun) / 1000;
      show(`captions ${event.done}/${event.total}  ETA ${duration((seconds / event.done) * (event.total - event.done))}`, event.done === event.total);
    }
    if (event.kind === 'failed') console.error(`  ${event.face}: ${event.reason}`);
    if (event.kind === 'done') tellDone(event, folder);
  };
}

type Estimate = Extract<CaptionEvent, { kind: 'estimate' }>;

/** What is about to be asked, how long that takes at least and what it costs. */
export function estimateText(name: string, { toAsk, captioned, cost, most }: Estimate, { from, price }: CaptionPlan): string {
  const asked = `captions by ${name}: ${toAsk} to ask for, ${captioned} there`;
  if (!('endpoint' in from) || toAsk === 0) return asked;
  const perMinute = from.endpoint.perMinute ?? defaultPerMinute;
  const time = `${duration((toAsk / perMinute) * 60)} or more at ${perMinute} a minute`;
  if (cost === undefined || most === undefined) return `${asked}; ${time}; the cost is unknown (--caption-price tells the price of one)`;
  return `${asked}; ${time}; about ${money(cost)} at ${price} each, at most ${money(most)} where texts that break the rules are asked for again`;
}

/** Two decimals, or as many as show something. */
const money = (value: number): string => (value === 0 || value >= 0.1 ? value.toFixed(2) : value.toPrecision(2));

function requireBudget({ cost, toAsk }: Estimate, { budget }: CaptionPlan): void {
  if (budget === undefined || cost === undefined || cost <= budget) return;
  throw failure('prepare/captions', `${toAsk} captions cost about ${money(cost)}, more than --caption-budget ${budget}; nothing was asked`);
}

function tellDone({ captioned, refused, failed }: Extract<CaptionEvent, { kind: 'done' }>, folder: string): void {
  const why = refused > 0 ? ` (the reasons are in ${shownPath(path.join(folder, 'captions.jsonl'))})` : '';
  console.log(`${captioned} faces captioned, ${refused} texts refused by the rules${why}, ${failed} not answered`);
  if (failed === 0) return;
  console.error('The same command asks for the rest.');
  throw new ExitError(EXIT.failed);
}
