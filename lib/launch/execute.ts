import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileModel } from '../compile/model.ts';
import type { Batch as DataBatch } from '../datasets/batch.ts';
import { failure } from '../diagnostics/failure.ts';
import { engineText } from '../engine/engine-text.ts';
import { tf } from '../engine/tf.ts';
import { measureControls } from '../evaluate/controls.ts';
import { openEvaluationSet, type EvaluationSet } from '../evaluate/evaluation-set.ts';
import { evaluateSwaps, type Evaluation } from '../evaluate/protocol.ts';
import { loadFaceNetworks } from '../faces/networks/load.ts';
import type { HoistSettings } from '../hoist/hoistable-step.ts';
import type { Experiment } from '../ir/experiment.ts';
import { createStandardMetrics } from '../metrics/index.ts';
import { withDefaults } from '../registry/attributes.ts';
import type { AnyDataset, Dataset } from '../registry/dataset.ts';
import { mapValues } from '../registry/map-values.ts';
import type { MetricDefinition } from '../registry/metric.ts';
import type { Registry } from '../registry/registry.ts';
import type { TrainEvent } from '../train/events.ts';
import { train } from '../train/train.ts';
import { swapGrid } from './grid.ts';
import { openTraining, type OpenStep, type Training } from './training.ts';
import { writeRung } from './rungs.ts';
import { readSteps, recordEvent, writeRecord, type RunRecord } from './run-files.ts';

export interface ExecuteOptions {
  readonly experiment: Experiment;
  readonly seed: number;
  /** A rung: pauses after so many steps, evaluates, and leaves the rest to a later call. */
  readonly until?: number;
  /** Name for pictures' metadata: `normalization/full/seed-0`. */
  readonly name: string;
  readonly dir: string;
  readonly registry: Registry;
  /** Opens what trains, in this thread or in another. */
  readonly openStep: () => Promise<OpenStep>;
  readonly signal: AbortSignal;
  /** Evaluate op by op; wasm always does. */
  readonly eager: boolean;
  /** Computes what depends on one sample and frozen weights alone once, and keeps it; undefined: at every step. */
  readonly hoist?: HoistSettings;
  readonly tool: string;
  /** Seconds. */
  readonly now: () => number;
  readonly emit: (event: TrainEvent) => void;
  /** Lines that the user should see. */
  readonly notice?: (text: string) => void;
}

const SAMPLES = 6;

/** Trains one run (or goes on with it) to its end or to `until`, evaluates it, and writes its folder. Gives the record it wrote. */
export async function executeRun(options: ExecuteOptions): Promise<RunRecord> {
  const { experiment, dir } = options;
  mkdirSync(dir, { recursive: true });
  const begun = options.now();
  const training = await openTraining(options);
  const { opened, dataHash, identity } = training;
  try {
    const step = await trainRun(options, training);
    const base = {
      step, configHash: experiment.hash, engine: engineText(opened.engine), seconds: secondsSpent(options, begun),
      hoisted: { values: identity.hoisted ?? 'none', ...(await opened.step.hoisted()) },
    };
    if (step < (options.until ?? experiment.train.steps)) return finish(dir, { ...base, status: 'interrupted', metrics: {}, failures: {}, controls: {}, dataHash });
    const { evaluation, controls } = await evaluateRun(options, opened);
    const metrics = mapValues(evaluation.metrics, (m) => m.value);
    const status = step < experiment.train.steps ? 'paused' : 'finished';
    const record = finish(dir, { ...base, status, metrics, failures: mapValues(evaluation.metrics, (m) => m.failures), controls, dataHash: evaluation.hash });
    // After the record: a kill between the two measures the rung again.
    if (status === 'paused') writeRung(dir, { step, metrics });
    return record;
  } finally {
    await training.close();
  }
}

function finish(dir: string, record: RunRecord): RunRecord {
  writeRecord(dir, record);
  return record;
}

/** Trains to the end or to the abort; gives the steps done. */
async function trainRun(options: ExecuteOptions, { opened, batches, identity }: Training): Promise<number> {
  const { experiment, dir, signal, now, until } = options;
  let done = 0;
  const events = train({ engine: opened.step, steps: experiment.train.steps, dir, checkpoint: experiment.train.checkpoint, signal, now, identity, batches, ...(until === undefined ? {} : { until }) });
  for await (const event of events) {
    recordEvent(dir, event);
    options.emit(event);
    if (event.type === 'step' && event.outcome.notice !== undefined) options.notice?.(event.outcome.notice);
    if (event.type === 'interrupted' || event.type === 'paused' || event.type === 'trained') done = event.step;
  }
  if (until !== undefined && done > until) throw failure('run/rung', `${dir} has trained ${done} steps, and was not measured at step ${until}`, undefined, 'remove the folder to start the run anew');
  return done;
}

async function evaluateRun(options: ExecuteOptions, { step, compute }: OpenStep): Promise<{ evaluation: Evaluation; controls: RunRecord['controls'] }> {
  const { experiment, registry, dir } = options;
  const { predict, evaluate } = experiment;
  if (!predict || evaluate.metrics.length === 0) return { evaluation: { hash: '', metrics: {}, swaps: [] }, controls: {} };
  const weights = await step.weights(evaluate.weights);
  // One session per process: the engine's thread pools are shared.
  await step.dispose();
  await compute();
  const dataset = await openTest(experiment, registry);
  const networks = loadFaceNetworks();
  const model = compileModel(predict.graph, { registry, weights, trainable: false, eager: options.eager });
  try {
    const set = await openEvaluationSet(dataset, { pairs: evaluate.pairs, fields: [...new Set([...Object.values(predict.inputs), 'source.image', 'target.image'])] });
    const metrics = measuring(createStandardMetrics({ networks: () => networks, ...(set.oracle ? { oracle: set.oracle } : {}) }), evaluate.metrics, registry);
    const evaluation = await evaluateSwaps(set, (batch) => swapBatch(model, batch, experiment), { metrics, signal: options.signal });
    writeFileSync(path.join(dir, 'samples.png'), await swapGrid(evaluation.swaps.slice(0, SAMPLES), options.name, options.tool));
    return { evaluation, controls: await controlsOf(set, metrics) };
  } finally {
    model.dispose();
    networks.dispose();
    await dataset.close?.();
  }
}

async function openTest(experiment: Experiment, registry: Registry): Promise<Dataset> {
  const { data } = experiment;
  const definition = registry.datasets.get(data.dataset) as AnyDataset;
  return definition.open(withDefaults(definition.attrs, data.attrs), { size: data.size, seed: data.seed });
}

function swapBatch(model: ReturnType<typeof compileModel>, batch: DataBatch, experiment: Experiment): Float32Array {
  const { inputs } = experiment.predict as NonNullable<Experiment['predict']>;
  const tensors = mapValues(inputs, (field) => tf.tensor(batch[field].data, [...batch[field].shape], batch[field].dtype));
  const outputs = model.predict(tensors);
  const swap = (outputs.swap ?? Object.values(outputs)[0]).dataSync() as Float32Array;
  tf.dispose([outputs, tensors]);
  return swap;
}

/** The standard metrics that measure, and a caller's own, in the experiment's order. */
function measuring(standard: readonly MetricDefinition[], names: readonly string[], registry: Registry): MetricDefinition[] {
  return names.map((name) => standard.find((m) => m.name === name) ?? (registry.metrics.get(name) as MetricDefinition));
}

async function controlsOf(set: EvaluationSet, metrics: readonly MetricDefinition[]): Promise<RunRecord['controls']> {
  const controls = await measureControls(set, metrics);
  return mapValues(controls as Record<string, Record<string, { value: number }>>, (outcomes) => mapValues(outcomes, (m) => m.value));
}

/** Training seconds of all sittings, and of this one's evaluation. */
function secondsSpent(options: ExecuteOptions, begun: number): number {
  const trained = readSteps(options.dir).reduce((sum, line) => sum + line.seconds, 0);
  return Math.max(trained, options.now() - begun);
}
