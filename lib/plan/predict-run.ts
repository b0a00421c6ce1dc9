import { measureGraph } from './measure.ts';
import type { HoistPlan } from './hoist/plan.ts';
import { hoistedExperiment } from './hoist/rewrite.ts';
import { predictEvaluation } from './predict-evaluation.ts';
import { bytesOf, LOADED, predictMemory } from './predict-memory.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { Registry } from '../registry/registry.ts';
import { concreteShape } from '../shape/shape.ts';

/** What a run does one after the other, each with its own peak. */
export type RunPart = 'training' | 'hoisting' | 'evaluation';

/** A run's memory, in bytes. */
export interface RunMemory {
  readonly peak: number;
  /** The part that reaches it. */
  readonly at: RunPart;
  readonly parts: Readonly<Record<RunPart, number>>;
}

/**
 * Predicts the peak resident memory of a run's process: of its training steps, of computing what is hoisted, and of its evaluation. Nothing
 * is computed. Needs a native engine.
 */
export function predictRun(experiment: Experiment, registry: Registry, hoist?: HoistPlan): RunMemory {
  const step = predictMemory(hoist ? hoistedExperiment(experiment, hoist) : experiment, registry);
  const beside = hoist ? hoistingWeights(hoist) : 0;
  const parts = {
    training: step.peak + beside,
    hoisting: hoist ? LOADED + step.state + beside + keptBytes(hoist, registry) : 0,
    evaluation: predictEvaluation(experiment, registry),
  };
  const [at, peak] = (Object.entries(parts) as [RunPart, number][]).reduce((most, part) => (part[1] > most[1] ? part : most));
  return { peak, at, parts };
}

/** The weights of what is hoisted: in JavaScript and, from the first sample that has to be computed to the run's end, as tensors. */
function hoistingWeights({ graph }: HoistPlan): number {
  return 2 * bytesOf(graph.weights.map((w) => concreteShape(w.shape)));
}

/** A sample is computed op by op, and its values are freed together. */
function keptBytes({ graph }: HoistPlan, registry: Registry): number {
  return Number(measureGraph(graph, registry).kept);
}
