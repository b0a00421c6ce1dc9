import type { Experiment, PhasePlan } from '../../ir/experiment.ts';
import { inputId, type IrGraph, type IrInput, type ValueId } from '../../ir/ir.ts';
import { prune } from '../../ir/prune.ts';
import type { HoistPlan } from './plan.ts';

/** The experiment with the hoisted values as inputs of its step; nodes and weights that only they needed are gone. */
export function hoistedExperiment(experiment: Experiment, plan: HoistPlan): Experiment {
  const renamed = new Map<ValueId, ValueId>(plan.values.map((v) => [v.value, inputId(v.input)]));
  const rename = (id: ValueId): ValueId => renamed.get(id) ?? id;
  const inputs = plan.values.map((v): IrInput => ({ id: inputId(v.input), name: v.input, shape: v.shape, dtype: 'float32' }));
  const step = prune(renameValues(experiment.step, inputs, rename));
  const present = new Set(step.nodes.flatMap((n) => n.outputs.map((o) => o.id)));
  const phase = (p: PhasePlan): PhasePlan => ({
    ...p,
    terms: p.terms.map((t) => ({ ...t, value: rename(t.value) })),
    reuse: p.reuse.map(rename).filter((id) => present.has(id)),
  });
  return Object.freeze({ ...experiment, step, phases: Object.fromEntries(Object.entries(experiment.phases).map(([name, p]) => [name, phase(p)])) });
}

function renameValues(graph: IrGraph, inputs: readonly IrInput[], rename: (id: ValueId) => ValueId): IrGraph {
  return {
    ...graph,
    inputs: [...graph.inputs, ...inputs],
    nodes: graph.nodes.map((n) => ({ ...n, inputs: n.inputs.map((id) => (id === undefined ? undefined : rename(id))) })),
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, ids]) => [name, ids.map(rename)])),
  };
}
