/** The time a tracker sees and waits by: an argument everywhere, so that tests run on virtual time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds; a background timer does not keep the process alive. Returns what cancels it. */
  after(ms: number, fn: () => void, background?: boolean): () => void;
}

/** The machine's own clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    after: (ms, fn, background = false) => {
      const timer = setTimeout(fn, ms);
      if (background) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Resolves after `ms` milliseconds of `clock`, or at once when `signal` aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal?.addEventListener('abort', finish);
  });
}
