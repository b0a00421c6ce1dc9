import { failure } from '../diagnostics/failure.ts';
import type { EngineChoice } from '../engine/contract.ts';
import { runsOf, type RunKey, type StudyPlan } from '../study/plan.ts';
import type { RunMessage, RunOrder } from './messages.ts';
import { startRun, type RunProcess } from './process.ts';
import { roundOf, type Round } from './round.ts';
import { planHash, readPlan, writePlan, type RunRecord } from './run-files.ts';

export interface StudyOptions {
  readonly dir: string;
  /** Runs at once. */
  readonly jobs: number;
  readonly engine: EngineChoice;
  readonly threads?: number;
  readonly plugins: readonly string[];
  /** Train op by op instead of by one compiled graph. */
  readonly eager?: boolean;
  /** Bytes that values computed once per sample may take; left out: none are. */
  readonly hoistLimit?: number;
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** What a study tells while it runs: `steps` are those of all runs that will be started; a sweep's run is started once for every rung it trains to. */
export type StudyEvent =
  | { readonly type: 'study'; readonly runs: number; readonly done: number; readonly steps: number }
  | { readonly type: 'run-started'; readonly key: RunKey; readonly index: number; readonly until?: number }
  | { readonly type: 'run'; readonly key: RunKey; readonly message: RunMessage }
  | { readonly type: 'run-ended'; readonly key: RunKey; readonly record: RunRecord | undefined; readonly failure?: string };

/**
 * Runs what of a plan is not done yet, `jobs` processes at a time. A run that fails is told and the others go on;
 * one in which TensorFlow fails goes on in a new process from its last checkpoint, once for every step where that happens; aborting interrupts
 * the runs under way with a checkpoint each. A sweep that stops early goes from rung to rung: all runs that go on reach one before any
 * trains further, and where one of them fails other than by diverging, it ends there, to go on when started again. @throws DiagnosticError where the folder holds another study
 */
export async function* runStudy(plan: StudyPlan, options: StudyOptions): AsyncGenerator<StudyEvent> {
  freeze(plan, options.dir);
  const all = runsOf(plan);
  let round = roundOf(options.dir, plan);
  yield { type: 'study', runs: all.length, done: round.done, steps: round.steps };
  const active = new Map<RunKey, { readonly run: RunProcess; readonly events: AsyncIterator<RunMessage> }>();
  const stop = (): void => active.forEach(({ run }) => run.interrupt());
  options.signal.addEventListener('abort', stop);
  try {
    for (;;) {
      yield* schedule(plan, round, all, active, options);
      const { until } = round;
      if (until === undefined || options.signal.aborted) break;
      round = roundOf(options.dir, plan);
      // A run failed on the way to this rung.
      if (round.until === until) break;
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    stop();
  }
}

type Active = Map<RunKey, { readonly run: RunProcess; readonly events: AsyncIterator<RunMessage> }>;

async function* schedule(plan: StudyPlan, round: Round, all: readonly RunKey[], active: Active, options: StudyOptions): AsyncGenerator<StudyEvent> {
  const waiting = [...round.open];
  const pending = new Map<RunKey, Promise<{ readonly key: RunKey; readonly next: IteratorResult<RunMessage> }>>();
  const restarted = new Map<RunKey, readonly number[]>();
  const again = new Set<RunKey>();
  const ask = (key: RunKey, events: AsyncIterator<RunMessage>): void => {
    pending.set(key, events.next().then((next) => ({ key, next })));
  };
  for (;;) {
    while (active.size < options.jobs && waiting.length > 0 && !options.signal.aborted) {
      const key = waiting.shift() as RunKey;
      const run = startRun(orderOf(plan, key, round.until, restarted.get(key) ?? [], options), { entry: options.entry, env: options.env });
      const events = run.messages[Symbol.asyncIterator]();
      active.set(key, { run, events });
      ask(key, events);
      if (!restarted.has(key)) yield { type: 'run-started', key, index: all.findIndex((k) => k.variant === key.variant && k.seed === key.seed), ...(round.until === undefined ? {} : { until: round.until }) };
    }
    if (active.size === 0) return;
    const { key, next } = await Promise.race(pending.values());
    pending.delete(key);
    if (next.done) {
      active.delete(key);
      // Only now has the old process ended.
      if (again.delete(key)) waiting.unshift(key);
      continue;
    }
    yield { type: 'run', key, message: next.value };
    if (next.value.type === 'restart') {
      restarted.set(key, [...(restarted.get(key) ?? []), next.value.step]);
      again.add(key);
    }
    if (next.value.type === 'ended') yield { type: 'run-ended', key, record: next.value.record };
    if (next.value.type === 'failed') yield { type: 'run-ended', key, record: undefined, failure: next.value.message };
    ask(key, (active.get(key) as { events: AsyncIterator<RunMessage> }).events);
  }
}

function orderOf(plan: StudyPlan, key: RunKey, until: number | undefined, restarted: readonly number[], options: StudyOptions): RunOrder {
  return {
    studyDir: options.dir, study: plan.name, variant: key.variant, seed: key.seed, engine: options.engine, plugins: options.plugins, restarted,
    ...(until === undefined ? {} : { until }),
    ...(options.threads === undefined ? {} : { threads: options.threads }), ...(options.eager ? { eager: true } : {}),
    ...(options.hoistLimit === undefined ? {} : { hoistLimit: options.hoistLimit }),
  };
}

/** The plan is written once; starting again goes on with it, and a changed one is refused. */
function freeze(plan: StudyPlan, dir: string): void {
  const known = readPlan(dir);
  if (known && planHash(known) !== planHash(plan)) {
    throw failure('run/other-study', `${dir} holds runs of another plan of "${known.name}"`, undefined, 'the files have changed since; choose another --out, or remove the folder');
  }
  writePlan(dir, plan);
}
