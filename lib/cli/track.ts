import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runIdFile } from '../launch/collect.ts';
import { writeWhole, type RunRecord } from '../launch/run-files.ts';
import { runFolder, type RunKey, type StudyPlan } from '../study/plan.ts';
import type { Clock, RunHandle, RunStart, Tracker } from '../tracking/index.ts';
import type { TrainEvent } from '../train/events.ts';

/** Logs a study to a tracker: one MLflow run per run, nested under the study's own. */
export class StudyTracker {
  readonly #tracker: Tracker;
  readonly #clock: Clock;
  readonly #plan: StudyPlan;
  readonly #dir: string;
  #study: RunHandle | undefined;
  readonly #runs = new Map<string, RunHandle>();

  constructor(tracker: Tracker, clock: Clock, plan: StudyPlan, dir: string) {
    this.#tracker = tracker;
    this.#clock = clock;
    this.#plan = plan;
    this.#dir = dir;
  }

  async begin(): Promise<void> {
    const { name, kind, profile, question } = this.#plan;
    const tags = { 'swapgraph.kind': kind, ...(question ? { 'mlflow.note.content': question } : {}) };
    const params = { seeds: this.#plan.seeds.length, variants: this.#plan.variants.map((v) => v.name).join(', '), ...(profile ? { profile } : {}) };
    this.#study = await this.#open(this.#dir, { experiment: name, name: `${name} (study)`, tags, params, startTime: this.#clock.now() }, 0);
  }

  async event(key: RunKey, event: TrainEvent): Promise<void> {
    const folder = runFolder(key);
    if (event.type === 'started') this.#runs.set(folder, await this.#open(path.join(this.#dir, folder), this.#startOf(key), event.step));
    if (event.type !== 'step') return;
    const { terms, totals, gradientNorms, learningRates } = event.outcome;
    const values = { ...prefixed('loss', terms), ...prefixed('total', totals), ...prefixed('gradient-norm', gradientNorms), ...prefixed('lr', learningRates), 'seconds-per-step': event.seconds };
    const timestamp = this.#clock.now();
    this.#runs.get(folder)?.logMetrics(Object.entries(values).map(([metric, value]) => ({ key: metric, value, step: event.step, timestamp })));
  }

  async ended(key: RunKey, record: RunRecord | undefined, failure: string | undefined): Promise<void> {
    const folder = runFolder(key);
    const run = this.#runs.get(folder);
    if (!run) return;
    const timestamp = this.#clock.now();
    const metrics = Object.entries({ ...record?.metrics, ...prefixed('unmeasured', record?.failures ?? {}) });
    run.logMetrics(metrics.map(([metric, value]) => ({ key: metric, value, step: record?.step ?? 0, timestamp })));
    if (failure) run.setTags({ 'swapgraph.failure': failure });
    if (record?.dataHash && record.status !== 'paused') run.logInputs({ name: this.#plan.variants[0].experiment.data.dataset, digest: record.dataHash.slice(0, 36), sourceType: 'swapgraph', source: this.#plan.variants[0].experiment.data.dataset, context: 'evaluate' });
    const samples = path.join(this.#dir, folder, 'samples.png');
    if (existsSync(samples)) await run.logArtifact(samples);
    await run.end(record?.status === 'finished' ? 'FINISHED' : record && record.status !== 'failed' ? 'KILLED' : 'FAILED', timestamp);
  }

  async end(status: 'FINISHED' | 'FAILED' | 'KILLED', artifacts: readonly string[]): Promise<void> {
    for (const file of artifacts) if (existsSync(file)) await this.#study?.logArtifact(file);
    await this.#study?.end(status, this.#clock.now());
    await this.#tracker.close();
  }

  #startOf(key: RunKey): RunStart {
    const variant = this.#plan.variants.find((v) => v.name === key.variant);
    const { data, train, hash } = variant?.experiment as StudyPlan['variants'][number]['experiment'];
    return {
      experiment: this.#plan.name, name: `${key.variant} seed ${key.seed}`, startTime: this.#clock.now(), ...(this.#study ? { parent: this.#study.id } : {}),
      tags: { 'swapgraph.variant': key.variant, 'swapgraph.config-hash': hash, 'swapgraph.patches': variant?.patches.join('\n') ?? '' },
      params: { variant: key.variant, seed: key.seed, dataset: data.dataset, size: data.size, batch: data.batch, steps: train.steps },
    };
  }

  /** A run of this folder goes on under its id; else one begins. */
  async #open(dir: string, start: RunStart, step: number): Promise<RunHandle> {
    const file = runIdFile(dir);
    const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
    const handle = known ? await this.#tracker.resumeRun(known, step, start) : await this.#tracker.startRun(start);
    writeWhole(file, `${handle.id}\n`);
    return handle;
  }
}

function prefixed(prefix: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([k, v]) => [`${prefix}/${k}`, v]));
}
