import type { Clock } from './clock.ts';

/** Runs `work` in the background, never twice at once: a little after the first `nudge`, or at once for `flush`. */
export interface WriteBehind {
  nudge(): void;
  /** Resolves when a pass of `work` that began after this call has ended. */
  flush(): Promise<void>;
  stop(): void;
}

/** `work` must not throw; it is given whether the pass must be made durable. */
export function writeBehind(clock: Clock, everyMs: number, work: (durable: boolean) => Promise<void>): WriteBehind {
  let tail: Promise<void> = Promise.resolve();
  let cancel: (() => void) | undefined;
  const pass = (durable: boolean): Promise<void> => {
    cancel?.();
    cancel = undefined;
    tail = tail.then(() => work(durable));
    return tail;
  };
  return {
    nudge: () => void (cancel ??= clock.after(everyMs, () => void pass(false), true)),
    flush: () => pass(true),
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
