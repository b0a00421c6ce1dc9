import type { TrainEvent } from '../train/events.ts';

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  /** Seconds. */
  readonly now: () => number;
}

const PLAIN_EVERY = 10;

/** Progress of a study: one line that is rewritten on a terminal, a line every ten seconds elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #now: () => number;
  readonly #terminal: boolean;
  readonly #steps = new Map<string, { done: number; first: number; of: number }>();
  #begun = 0;
  #worked = 0;
  #printed = -Infinity;
  #totalSteps = 0;
  #doneBefore = 0;
  #line = '';

  constructor(options: ProgressOptions) {
    this.#stream = options.stream;
    this.#now = options.now;
    this.#terminal = options.stream.isTTY === true && process.env.CI === undefined;
  }

  /** Steps of all runs still to do. */
  start(totalSteps: number): void {
    this.#begun = this.#now();
    this.#totalSteps = totalSteps;
  }

  /** A line that stays. */
  say(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  event(run: string, event: TrainEvent): void {
    if (event.type === 'started') {
      // A run that goes on from a rung or a checkpoint of this sitting has been counted up to where it was.
      this.#doneBefore += event.step - (this.#steps.get(run)?.done ?? 0);
      this.#steps.set(run, { done: event.step, first: event.step, of: event.steps });
    }
    if (event.type !== 'step') return;
    const state = this.#steps.get(run);
    if (state) state.done = event.step + 1;
    this.#worked += 1;
    const total = Object.values(event.outcome.totals).reduce((a, b) => a + b, 0);
    this.#line = `${run}  step ${event.step + 1}/${state?.of ?? '?'}  loss ${total.toFixed(4)}  ${event.seconds.toFixed(2)} s/step  ${this.#eta()}`;
    if (this.#terminal) this.#draw();
    else if (this.#now() - this.#printed >= PLAIN_EVERY || state?.done === state?.of) {
      this.#printed = this.#now();
      this.#stream.write(`${this.#line}\n`);
    }
  }

  end(): void {
    this.#clear();
    this.#line = '';
  }

  #eta(): string {
    const left = this.#totalSteps - this.#doneBefore - this.#worked;
    const rate = this.#worked / Math.max(1e-9, this.#now() - this.#begun);
    return left > 0 ? `ETA ${duration(left / rate)}` : '';
  }

  #clear(): void {
    if (this.#terminal && this.#line !== '') this.#stream.write('\r\x1b[2K');
  }

  #draw(): void {
    if (this.#terminal && this.#line !== '') this.#stream.write(`\r\x1b[2K${this.#line.slice(0, (this.#stream.columns || 80) - 1)}`);
  }
}

/** `1:05` or `2:03:04`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  const [h, m] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
  const tail = String(s % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}
