import type { Batch } from '../compile/step/step-engine.ts';
import type { Batch as DataBatch } from '../datasets/batch.ts';
import { openBatches, type Batches } from '../datasets/batches.ts';
import { engineText, type EngineFacts } from '../engine/engine-text.ts';
import type { HoistableStep, HoistSettings } from '../hoist/hoistable-step.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { Registry } from '../registry/registry.ts';
import type { CheckpointIdentity } from '../train/checkpoint.ts';
import type { BatchSource } from '../train/train.ts';

/** What trains a run. */
export interface OpenStep {
  readonly step: HoistableStep;
  readonly engine: EngineFacts;
  /** Makes the same engine compute in this thread: once the step is disposed of, for evaluation. */
  readonly compute: () => Promise<unknown>;
}

export interface TrainingOptions {
  readonly experiment: Experiment;
  readonly seed: number;
  /** Names the data sets. */
  readonly registry: Registry;
  /** The step before which training pauses; default: the experiment's end. */
  readonly until?: number;
  /** Opens what trains, in this thread or in another. */
  readonly openStep: () => Promise<OpenStep>;
  /** Computes what depends on one sample and frozen weights alone once, and keeps it; undefined: at every step. */
  readonly hoist?: HoistSettings;
  /** Lines that the user should see. */
  readonly notice?: (text: string) => void;
}

/** What training a run takes: the step, its batches, and what a checkpoint must agree with. */
export interface Training {
  readonly opened: OpenStep;
  readonly batches: BatchSource;
  readonly identity: CheckpointIdentity;
  readonly dataHash: string;
  close(): Promise<void>;
}

/** Opens the data of a run and its step, and has them agree on what is hoisted. */
export async function openTraining(options: TrainingOptions): Promise<Training> {
  const { experiment, seed, hoist, notice } = options;
  const { opened, batches } = await openBoth(options);
  const close = async (): Promise<void> => {
    await batches.close();
    await opened.step.dispose();
  };
  try {
    const hoisted = hoist && await opened.step.hoist(batches.samples, hoist);
    hoisted?.notices.forEach((text) => notice?.(text));
    if (hoisted) batches.lookUp(hoisted.request);
    return {
      opened, close, dataHash: batches.hash, batches: { batch: async (step) => stepBatch(await batches.batch(step), experiment) },
      identity: { experiment: experiment.hash, seed, engine: engineText(opened.engine), hoisted: hoisted?.identity ?? 'none' },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The step and the data, opened side by side; where one fails, the other is closed. */
async function openBoth(options: TrainingOptions): Promise<{ readonly opened: OpenStep; readonly batches: Batches }> {
  const [opened, batches] = await Promise.allSettled([options.openStep(), openRunBatches(options)]);
  if (opened.status === 'fulfilled' && batches.status === 'fulfilled') return { opened: opened.value, batches: batches.value };
  if (opened.status === 'fulfilled') await opened.value.step.dispose();
  if (batches.status === 'fulfilled') await batches.value.close();
  throw (opened.status === 'rejected' ? opened : (batches as PromiseRejectedResult)).reason;
}

/** Far enough apart that no two seeds ever see the same pairs. */
const PAIRS_PER_SEED = 1e9;

/** One data set for all runs; every seed goes through pairs of its own, the same for all variants. */
function openRunBatches({ experiment, seed, registry, until }: TrainingOptions): Promise<Batches> {
  const { data } = experiment;
  return openBatches({
    dataset: { name: data.dataset, attrs: data.attrs, options: { size: data.size, seed: data.seed } },
    request: { fields: [...new Set(Object.values(data.inputs))], batch: data.batch, split: 'train', policy: data.pairs, first: seed * PAIRS_PER_SEED },
    known: registry.datasets,
    end: until ?? experiment.train.steps,
  });
}

/** Batches come by data field; the step's inputs have names of their own. What hoisting adds has the step's names already. */
function stepBatch(batch: DataBatch, { data }: Experiment): Batch {
  const fields = new Set(Object.values(data.inputs));
  const added = Object.entries(batch).filter(([name]) => !fields.has(name));
  return Object.fromEntries([...Object.entries(data.inputs).map(([name, field]) => [name, batch[field]]), ...added]);
}
