import { duration, size } from './format.mjs';

const REDRAW_MS = 100;
const FIRST_PLAIN_MS = 2_000;
const PLAIN_EVERY_MS = 10_000;

/**
 * What set-up says, on standard error: one redrawn line per download on a terminal, a plain line every ten seconds elsewhere.
 * @param {{ stream?: NodeJS.WritableStream & { isTTY?: boolean, columns?: number }, env?: NodeJS.ProcessEnv, now?: () => number }} [options]
 */
export function createConsole({ stream = process.stderr, env = process.env, now = () => performance.now() } = {}) {
  const live = Boolean(stream.isTTY) && !env.CI && env.TERM !== 'dumb';
  const colour = Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb';
  let drawn = false;

  const clear = () => {
    if (drawn) stream.write('\r\x1b[2K');
    drawn = false;
  };
  const say = (text = '') => {
    clear();
    stream.write(`${text}\n`);
  };

  return {
    say,
    live,
    /** @param {string} text */
    bold: (text) => (colour ? `\x1b[1m${text}\x1b[22m` : text),
    /** @param {string} text */
    red: (text) => (colour ? `\x1b[31m${text}\x1b[39m` : text),
    /**
     * Tells how far one step is; `update(bytes)` as often as you like, `done(note)` once, `stop()` when it failed.
     * @param {string} label @param {number} [total] bytes, 0 where it is unknown
     */
    step(label, total = 0) {
      const started = now();
      let next = started + (live ? 0 : FIRST_PLAIN_MS);
      return {
        /** @param {number} bytes */
        update(bytes) {
          if (now() < next) return;
          next = now() + (live ? REDRAW_MS : PLAIN_EVERY_MS);
          if (live) {
            stream.write(`\r\x1b[2K${progressLine(label, bytes, total, now() - started).slice(0, (stream.columns || 80) - 1)}`);
            drawn = true;
          } else {
            say(progressLine(label, bytes, total, now() - started));
          }
        },
        done(note = '') {
          say(`${label}: done in ${duration(now() - started)}${note ? `, ${note}` : ''}`);
        },
        stop: clear,
      };
    },
  };
}

/** @param {string} label @param {number} bytes @param {number} total @param {number} ms */
function progressLine(label, bytes, total, ms) {
  if (total === 0) return `${label} … ${duration(ms)}`;
  const percent = Math.min(100, Math.floor((100 * bytes) / total));
  const left = bytes > 0 && ms > 2000 ? `, ${duration((ms * Math.max(0, total - bytes)) / bytes)} left` : '';
  return `${label} … ${percent}% of ${size(total)}${left}`;
}
