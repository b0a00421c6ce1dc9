import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileModel } from '../compile/model.ts';
import type { Batch, StepEngine } from '../compile/step/step-engine.ts';
import { openBatches, type Batches } from '../datasets/batches.ts';
import type { Batch as DataBatch } from '../datasets/batch.ts';
import type { Engine } from '../engine/contract.ts';
import { tf } from '../engine/tf.ts';
import { measureControls } from '../evaluate/controls.ts';
import { openEvaluationSet, type EvaluationSet } from '../evaluate/evaluation-set.ts';
import { evaluateSwaps, type Evaluation } from '../evaluate/protocol.ts';
import { loadFaceNetworks } from '../faces/networks/load.ts';
import type { Experiment } from '../ir/experiment.ts';
import { createStandardMetrics } from '../metrics/index.ts';
import { withDefaults } from '../registry/attributes.ts';
import type { AnyDataset, Dataset } from '../registry/dataset.ts';
import type { MetricDefinition } from '../registry/metric.ts';
import type { Registry } from '../registry/registry.ts';
import type { TrainEvent } from '../train/events.ts';
import { train } from '../train/train.ts';
import { swapGrid } from './grid.ts';
import { readSteps, recordEvent, writeRecord, type RunRecord } from './run-files.ts';

export interface ExecuteOptions {
  readonly experiment: Experiment;
  readonly seed: number;
  /** Name for pictures' metadata: `normalization/full/seed-0`. */
  readonly name: string;
  readonly dir: string;
  readonly registry: Registry;
  /** Opens what trains, in this thread or in another. */
  readonly openStep: () => Promise<OpenStep>;
  readonly signal: AbortSignal;
  /** Evaluate op by op; wasm always does. */
  readonly eager: boolean;
  readonly tool: string;
  /** Seconds. */
  readonly now: () => number;
  readonly emit: (event: TrainEvent) => void;
}

/** What trains a run. */
export interface OpenStep {
  readonly step: StepEngine;
  readonly engine: EngineText;
  /** Makes the same engine compute in this thread: once the step is disposed of, for evaluation. */
  readonly compute: () => Promise<unknown>;
}

const SAMPLES = 6;

/** Trains one run (or goes on with it), evaluates it, and writes its folder. Gives the record it wrote. */
export async function executeRun(options: ExecuteOptions): Promise<RunRecord> {
  const { experiment, dir } = options;
  mkdirSync(dir, { recursive: true });
  const begun = options.now();
  const { opened, batches } = await openBoth(options);
  try {
    const step = await trainRun(options, opened, batches);
    const base = { step, configHash: experiment.hash, engine: engineText(opened.engine), seconds: secondsSpent(options, begun) };
    if (step < experiment.train.steps) return finish(dir, { ...base, status: 'interrupted', metrics: {}, failures: {}, controls: {}, dataHash: batches.hash });
    const { evaluation, controls } = await evaluateRun(options, opened);
    const metrics = mapValues(evaluation.metrics, (m) => m.value);
    return finish(dir, { ...base, status: 'finished', metrics, failures: mapValues(evaluation.metrics, (m) => m.failures), controls, dataHash: evaluation.hash });
  } finally {
    await batches.close();
    await opened.step.dispose();
  }
}

/** The step and the data, opened side by side; where one fails, the other is closed. */
async function openBoth({ experiment, seed, openStep }: ExecuteOptions): Promise<{ readonly opened: OpenStep; readonly batches: Batches }> {
  const [opened, batches] = await Promise.allSettled([openStep(), openTraining(experiment, seed)]);
  if (opened.status === 'fulfilled' && batches.status === 'fulfilled') return { opened: opened.value, batches: batches.value };
  if (opened.status === 'fulfilled') await opened.value.step.dispose();
  if (batches.status === 'fulfilled') await batches.value.close();
  throw (opened.status === 'rejected' ? opened : (batches as PromiseRejectedResult)).reason;
}

function finish(dir: string, record: RunRecord): RunRecord {
  writeRecord(dir, record);
  return record;
}

/** Trains to the end or to the abort; gives the steps done. */
async function trainRun(options: ExecuteOptions, opened: OpenStep, batches: Batches): Promise<number> {
  const { experiment, dir, seed, signal, now } = options;
  let done = 0;
  const events = train({
    engine: opened.step, steps: experiment.train.steps, dir, checkpoint: experiment.train.checkpoint, signal, now,
    identity: { experiment: experiment.hash, seed, engine: engineText(opened.engine) },
    batches: { batch: async (step) => stepBatch(await batches.batch(step), experiment) },
  });
  for await (const event of events) {
    recordEvent(dir, event);
    options.emit(event);
    if (event.type === 'interrupted' || event.type === 'trained') done = event.step;
  }
  return done;
}

export type EngineText = Pick<Engine, 'name' | 'identity'>;

/** What results depend on down to their last bits. */
export function engineText({ name, identity }: EngineText): string {
  return [name, `tensorflow ${identity.tensorflowVersion ?? 'none'}`, `${identity.threads} threads`, identity.gpu ?? identity.cpuFeatures.join(' ')].join(', ');
}

/** Far enough apart that no two seeds ever see the same pairs. */
const PAIRS_PER_SEED = 1e9;

/** One data set for all runs; every seed goes through pairs of its own, the same for all variants. */
export function openTraining(experiment: Experiment, seed: number): Promise<Batches> {
  const { data } = experiment;
  return openBatches({
    dataset: { name: data.dataset, attrs: data.attrs, options: { size: data.size, seed: data.seed } },
    request: { fields: [...new Set(Object.values(data.inputs))], batch: data.batch, split: 'train', policy: data.pairs, first: seed * PAIRS_PER_SEED },
    end: experiment.train.steps,
  });
}

/** Batches come by data field; the step's inputs have names of their own. */
export function stepBatch(batch: DataBatch, experiment: Experiment): Batch {
  return mapValues(experiment.data.inputs, (field) => batch[field]);
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

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (a: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([k, v]) => [k, f(v)]));
}
