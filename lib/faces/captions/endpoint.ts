import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../diagnostics/failure.ts';
import { encodePng } from '../png.ts';
import type { Captioner } from './captioner.ts';
import { paperPrompt } from './rules.ts';

export interface EndpointOptions {
  /** Address up to and without `/chat/completions`. */
  readonly url: string;
  readonly key?: string;
  readonly model: string;
  /** Default: the paper's. */
  readonly prompt?: string;
  /** Requests begun per minute at most. Default `defaultPerMinute`. */
  readonly perMinute?: number;
  /** Tries for one picture before it counts as failed. Default 5. */
  readonly tries?: number;
  /** Milliseconds before the second try; doubled for each further one, and at least what the server asks for. Default 1000. */
  readonly backoff?: number;
  /** Milliseconds that one answer may take. Default 60000. */
  readonly timeout?: number;
}

export const defaultPerMinute = 60;

/** Thrown where an endpoint refuses for good or all tries are used up; the message never holds the key. */
export class EndpointError extends Error {
  /** Whether asking again later could help. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.name = 'EndpointError';
    this.passing = passing;
  }
}

/**
 * The settings of an endpoint from `SWAPGRAPH_CAPTION_URL`, `SWAPGRAPH_CAPTION_KEY` and `SWAPGRAPH_CAPTION_MODEL`.
 * @throws DiagnosticError where the address or the model is missing
 */
export function endpointFromEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): EndpointOptions {
  const [url, model, key] = [env['SWAPGRAPH_CAPTION_URL'], env['SWAPGRAPH_CAPTION_MODEL'], env['SWAPGRAPH_CAPTION_KEY']];
  if (!url || !model) {
    throw failure('caption/endpoint', `the environment variable ${url ? 'SWAPGRAPH_CAPTION_MODEL' : 'SWAPGRAPH_CAPTION_URL'} is not set`, undefined, 'SWAPGRAPH_CAPTION_URL, SWAPGRAPH_CAPTION_MODEL and SWAPGRAPH_CAPTION_KEY name an OpenAI-compatible endpoint');
  }
  return { url, model, ...(key ? { key } : {}) };
}

/** Asks an OpenAI-compatible endpoint (`POST URL/chat/completions` with the crop as a PNG), at its pace, trying again where that can help. */
export function endpointCaptioner(options: EndpointOptions): Captioner {
  const pace = pacer(60_000 / (options.perMinute ?? defaultPerMinute));
  return {
    name: `endpoint:${options.model}`,
    caption: async ({ crop }, signal) => {
      const body = JSON.stringify(requestOf(options, (await encodePng(crop)).toString('base64')));
      const tries = options.tries ?? 5;
      for (let attempt = 1; ; attempt++) {
        await pace(signal);
        const answer = await ask(options, body, signal);
        if (answer.text !== undefined) return answer.text;
        if (!answer.passing || attempt >= tries) throw new EndpointError(`${answer.problem} (try ${attempt} of ${tries})`, answer.passing);
        await sleep(Math.max((options.backoff ?? 1000) * 2 ** (attempt - 1), answer.wait ?? 0), undefined, { signal });
      }
    },
  };
}

function requestOf({ model, prompt }: EndpointOptions, picture: string): object {
  const content = [{ type: 'text', text: prompt ?? paperPrompt }, { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}`, detail: 'low' } }];
  return { model, messages: [{ role: 'user', content }], max_tokens: 160, temperature: 0 };
}

interface Answer {
  readonly text?: string;
  readonly problem?: string;
  readonly passing: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly wait?: number;
}

async function ask({ url, key, timeout }: EndpointOptions, body: string, signal?: AbortSignal): Promise<Answer> {
  const limit = AbortSignal.timeout(timeout ?? 60_000);
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST', body, headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) }, redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = await response.text();
    if (!response.ok) return { problem: `the endpoint answered ${response.status}: ${text.slice(0, 200)}`, passing: response.status === 429 || response.status >= 500, ...waitOf(response) };
    return readAnswer(text);
  } catch (error) {
    signal?.throwIfAborted();
    return { problem: `the endpoint did not answer: ${(error as Error).message}`, passing: true };
  }
}

function readAnswer(text: string): Answer {
  try {
    const caption = (JSON.parse(text) as { choices?: { message?: { content?: unknown } }[] }).choices?.[0]?.message?.content;
    if (typeof caption === 'string') return { text: caption, passing: false };
  } catch {
    // Falls through: what is no JSON is told below, as what is JSON of another form.
  }
  return { problem: `expected choices[0].message.content, received ${text.slice(0, 200)}`, passing: true };
}

/** What `retry-after` says, in seconds or as a date by the server's own clock. */
function waitOf(response: Response): { wait?: number } {
  const text = response.headers.get('retry-after') ?? '';
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(response.headers.get('date') ?? '');
  return wait > 0 ? { wait } : {};
}

/** Lets callers through one after the other, at least `interval` milliseconds apart. */
function pacer(interval: number): (signal?: AbortSignal) => Promise<void> {
  let free = 0;
  return async (signal) => {
    const now = performance.now();
    const turn = Math.max(now, free);
    free = turn + interval;
    if (turn > now) await sleep(turn - now, undefined, { signal });
    signal?.throwIfAborted();
  };
}
