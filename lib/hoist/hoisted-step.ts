import { join } from 'node:path';
import type { StepOptions } from '../compile/step/eager.ts';
import type { Batch, StepEngine, StepOutcome } from '../compile/step/step-engine.ts';
import { valueOf, weightsOf } from '../compile/step/step-weights.ts';
import type { Experiment } from '../ir/experiment.ts';
import { HOIST_LIMIT, planHoisting, type HoistPlan } from '../plan/hoist/plan.ts';
import { hoistedExperiment } from '../plan/hoist/rewrite.ts';
import { hoistingText } from '../plan/hoist/text.ts';
import type { Weights } from '../weights/weights.ts';
import { HoistCompleter } from './completer.ts';
import type { HoistableStep, HoistCounts, Hoisted, HoistSettings } from './hoistable-step.ts';
import { outputKeys } from './keys.ts';
import { presence, type Arrays, type LookUp } from './look-up.ts';
import { makeRoom } from './room.ts';

export interface HoistedStepOptions extends StepOptions {
  /** What results depend on down to their last bits. */
  readonly engine: string;
  /** Makes the step that is left. */
  readonly create: (experiment: Experiment, options: StepOptions) => StepEngine;
}

/** How many bytes the folder holds, in limits of one experiment. */
const FOLDER_LIMITS = 4;

/** A step of the engine that `create` makes, after what it is asked to `hoist` was taken out. */
export class HoistedStep implements HoistableStep {
  readonly #experiment: Experiment;
  readonly #options: HoistedStepOptions;
  #step: StepEngine | undefined;
  #plan: HoistPlan | undefined;
  #completer: HoistCompleter | undefined;

  constructor(experiment: Experiment, options: HoistedStepOptions) {
    this.#experiment = experiment;
    this.#options = options;
  }

  async hoist(samples: number | undefined, settings: HoistSettings): Promise<Hoisted | undefined> {
    const { registry } = this.#options;
    const hoisting = planHoisting(this.#experiment, registry, { samples, ...settings });
    const { plan } = hoisting;
    if (!plan) return undefined;
    const weights = this.#weightsOf(plan);
    const request = requestOf(plan, this.#experiment.data.batch, join(settings.cache, 'hoisted'), outputKeys(plan.graph, { ...this.#options, weights }));
    this.#plan = plan;
    this.#completer = new HoistCompleter({ graph: plan.graph, request, registry, weights });
    return { identity: plan.hash, request, notices: [hoistingText(hoisting)[0], ...roomFor(plan, request, settings)] };
  }

  async prepare(step: number): Promise<void> {
    await this.#inner.prepare?.(step);
  }

  async run(batch: Batch, step: number): Promise<StepOutcome> {
    const notice = this.#completer?.complete(this.#byField(batch));
    const values = this.#plan?.values ?? [];
    const inputs = Object.fromEntries(Object.entries(batch).filter(([name]) => !values.some((v) => presence(v.input) === name)));
    const outcome = await this.#inner.run(inputs, step);
    return notice === undefined ? outcome : { ...outcome, notice };
  }

  async hoisted(): Promise<HoistCounts> {
    return this.#completer?.counts ?? { read: 0, computed: 0 };
  }

  weights(which: 'raw' | 'ema'): Promise<Weights> {
    return this.#inner.weights(which);
  }

  save(): ReturnType<StepEngine['save']> {
    return this.#inner.save();
  }

  restore(state: Parameters<StepEngine['restore']>[0]): Promise<void> {
    return this.#inner.restore(state);
  }

  async dispose(): Promise<void> {
    this.#completer?.dispose();
    await this.#step?.dispose();
  }

  get #inner(): StepEngine {
    const { create, registry, seed, given } = this.#options;
    this.#step ??= create(this.#plan ? hoistedExperiment(this.#experiment, this.#plan) : this.#experiment, { registry, seed, given });
    return this.#step;
  }

  #weightsOf({ graph }: HoistPlan): Weights {
    const specs = weightsOf(this.#experiment);
    return new Map(graph.weights.map(({ id }) => [id, valueOf(specs.get(id) ?? missing(id), this.#options)]));
  }

  /** The batch as `lookUp` knew it: the samples' fields under their own names. */
  #byField(batch: Batch): Arrays {
    const fields = Object.entries(this.#experiment.data.inputs).map(([name, field]) => [field, batch[name]]);
    return { ...batch, ...Object.fromEntries(fields) } as Arrays;
  }
}

function requestOf(plan: HoistPlan, batch: number, folder: string, keys: ReadonlyMap<string, string>): LookUp {
  const outputs = Object.fromEntries(plan.kept.map((k) => [k.output, { key: keys.get(k.output) as string, fields: k.fields, floats: k.floats }]));
  return { folder, batch, outputs, values: Object.fromEntries(plan.values.map((v) => [v.input, { shape: v.shape, segments: v.segments }])) };
}

/** Makes room; what hinders it is told and is no reason to stop. */
function roomFor(plan: HoistPlan, { folder, outputs }: LookUp, { limit = HOIST_LIMIT, now }: HoistSettings): string[] {
  try {
    makeRoom(folder, { own: new Map(Object.values(outputs).map((o) => [o.key, o.floats])), needed: plan.samples * plan.bytesPerSample, limit: FOLDER_LIMITS * limit, now });
    return [];
  } catch (error) {
    return [`hoisting: the cache folder cannot be used, so nothing is kept: ${(error as Error).message}`];
  }
}

function missing(id: string): never {
  throw new Error(`the step has no weight ${id}`);
}
