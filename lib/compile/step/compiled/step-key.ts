import { computesOnProcessor } from '../../../engine/processor.ts';
import type { PhasePlan } from '../../../ir/experiment.ts';
import { hashData } from '../../../ir/hash.ts';
import type { IrGraph } from '../../../ir/ir.ts';
import type { ActiveSet } from './active-set.ts';
import type { StepSource } from './record-step.ts';
import { mapValues } from '../../../registry/map-values.ts';

/**
 * The address of a step's recorded graph among all others. Everything of an experiment counts but what is fed at every step (term
 * weights, schedules, learning rates) and what no graph depends on (data, lengths, names, places in files); of weights and windows
 * count the sets of terms that act together.
 */
export function stepKey({ experiment, program, fields, state }: StepSource, sets: readonly ActiveSet[], code: string): string {
  const { name: _name, doc: _doc, hash: _hash, data: _data, evaluate: _evaluate, step: _step, predict: _predict, phases, models, train, ...rest } = experiment;
  const { steps: _steps, checkpoint: _checkpoint, ...trained } = train;
  return hashData({
    code, rest, trained, processor: computesOnProcessor(), graph: graphContent(program.graph), fields, state: [...state], sets: sets.map((s) => s.key),
    models: mapValues(models, (m) => m.frozen), phases: mapValues(phases, phaseContent),
  });
}

function phaseContent({ terms, window: _window, optimizer, ...rest }: PhasePlan): unknown {
  const { lr: _lr, groups, ...plan } = optimizer;
  // The factors of groups are in what is fed; their order tells which weights are fed alike.
  return { rest, plan, groups: groups.map(({ lrFactor: _factor, ...group }) => group), terms: terms.map(({ path, value }) => [path, value]) };
}

function graphContent({ inputs, nodes, outputs, weights, name: _name, assumptions: _assumptions, ...rest }: IrGraph): unknown {
  return { rest, outputs, weights, inputs: inputs.map(({ span: _span, ...input }) => input), nodes: nodes.map(({ spans: _spans, ...node }) => node) };
}
