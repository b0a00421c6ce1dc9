import type { Stream } from '../../random/stream.ts';
import type { Clock } from '../clock.ts';
import { sleep } from '../clock.ts';
import { ServerError } from './server-error.ts';

export interface RetryPolicy {
  /** Tries in all, at least 1. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
}

export const defaultRetry: RetryPolicy = Object.freeze({ attempts: 5, baseMs: 250, maxMs: 10_000 });

/** Waiting before try `attempt + 1`: exponential with full jitter, never shorter than the server asked for. */
export function backoff(policy: RetryPolicy, attempt: number, random: Stream, askedMs = 0): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt, 30));
  return Math.max(askedMs, ceiling * (0.5 + random.uniform() / 2));
}

/** Calls `task` until it succeeds, fails for good, has been tried often enough, or `signal` aborts; throws its last error. */
export async function withRetry<T>(task: () => Promise<T>, policy: RetryPolicy, clock: Clock, random: Stream, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      const last = attempt + 1 >= policy.attempts || signal?.aborted === true;
      if (last || !(error instanceof ServerError) || !error.retryable) throw error;
      await sleep(clock, backoff(policy, attempt, random, error.retryAfterMs), signal);
    }
  }
}
