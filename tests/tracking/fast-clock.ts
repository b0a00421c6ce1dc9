import type { Clock } from '../../lib/tracking/clock.ts';

/** A clock a thousand times faster than the wall's; `now` counts on by one with each reading. */
export function fastClock(start = 1_700_000_000_000): Clock {
  let now = start;
  return {
    now: () => now++,
    after: (ms, fn, background = false) => {
      const timer = setTimeout(fn, ms / 1000);
      if (background) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
