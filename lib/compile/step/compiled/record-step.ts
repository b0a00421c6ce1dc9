import type { Experiment } from '../../../ir/experiment.ts';
import { Graph } from '../../graph/graph.ts';
import type { VariableChunk } from '../../graph/variable-chunks.ts';
import { GraphVariables } from '../../graph/variables.ts';
import type { Program } from '../../program.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { PhaseSchedule } from '../plan.ts';
import type { BatchField } from '../step-engine.ts';
import { weightsOf } from '../step-weights.ts';
import type { ActiveSet } from './active-set.ts';
import { recordSet, type RecordedSet } from './record-set.ts';
import { FeedNames } from './symbols.ts';

/** The graph of a whole step for batches of one shape, before TensorFlow has it. */
export interface RecordedStep {
  readonly graph: Graph;
  readonly chunks: readonly VariableChunk[];
  readonly sets: ReadonlyMap<string, RecordedSet>;
}

export interface StepSource {
  readonly experiment: Experiment;
  readonly registry: Registry;
  readonly program: Program;
  readonly phases: readonly PhaseSchedule[];
  /** Shapes and dtypes of the batch. */
  readonly fields: Readonly<Record<string, Pick<BatchField, 'shape' | 'dtype'>>>;
  /** Shapes of weights and averages by their names, `weight:generator/stem.kernel`; optimiser slots are added as they are met. */
  readonly state: Iterable<readonly [string, readonly number[]]>;
}

/** Records the steps of the given active sets in one graph; computes nothing. Needs a native engine. */
export function recordStep(source: StepSource, active: readonly ActiveSet[]): RecordedStep {
  const graph = new Graph();
  const variables = new GraphVariables(graph);
  for (const [key, shape] of source.state) variables.declare(key, shape);
  const shared = { ...source, specs: weightsOf(source.experiment), graph, variables, names: new FeedNames() };
  const sets = new Map(active.map((s) => [s.key, recordSet(shared, s)]));
  return { graph, chunks: variables.finish(), sets };
}
