import type { Experiment } from '../../ir/experiment.ts';
import { isFrozenWeight } from '../../ir/frozen.ts';
import type { IrNode, ValueId } from '../../ir/ir.ts';
import type { Op } from '../../registry/op.ts';
import type { Registry } from '../../registry/registry.ts';
import { isConcrete } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { byteText } from '../amount.ts';
import { measureGraph } from '../measure.ts';
import type { Choice } from './choose.ts';
import type { Layouts } from './layout.ts';

/** Work on data and frozen weights that stays in the step. */
export interface NotHoisted {
  /** A node, a call of a model, or a value. */
  readonly what: string;
  readonly why: string;
}

/** Work on the data and frozen weights that could be thought to be hoisted and is not, each with its reason. */
export function whyNot(experiment: Experiment, registry: Registry, layouts: Layouts, choice: Choice): NotHoisted[] {
  return [...mixed(experiment, registry, layouts), ...stackedWithOthers(experiment, registry, layouts), ...choice.given.map((g): NotHoisted => ({
    what: g.value.replace(/:out$/, ''),
    why: g.why === 'room' ? `${byteText(g.bytes)} per sample are more than the limit leaves room for` : `reading its ${byteText(g.bytes)} per sample costs as much as computing it`,
  }))];
}

/** Work of frozen networks that depends on more than one sample, or on chance: told at the first node where it does. */
function mixed(experiment: Experiment, registry: Registry, layouts: Layouts): NotHoisted[] {
  const { step, models } = experiment;
  const cost = costs(experiment, registry);
  return [...layouts.blocked].flatMap(([path, why]): NotHoisted[] => {
    const from = step.nodes.find((n) => n.path === path) as IrNode;
    const after = new Set<ValueId>(from.outputs.map((o) => o.id));
    let macs = cost.get(path) ?? 0;
    for (const n of step.nodes) {
      const frozen = Object.values(n.weights).every((id) => isFrozenWeight(id, models));
      if (!frozen || !n.inputs.some((i) => i !== undefined && after.has(i)) || !n.inputs.every((i) => i === undefined || after.has(i) || layouts.values.has(i))) continue;
      n.outputs.forEach((o) => after.add(o.id));
      macs += cost.get(n.path) ?? 0;
    }
    return macs > 0 ? [{ what: path, why }] : [];
  });
}

/** Calls of frozen models on a stack of samples and of what the step makes of them: `concat` of a target and its swap. */
function stackedWithOthers(experiment: Experiment, registry: Registry, layouts: Layouts): NotHoisted[] {
  const { step, models } = experiment;
  const kept = (id: ValueId | undefined): boolean => id !== undefined && layouts.values.get(id)?.rows?.some((s) => s.side !== undefined) === true;
  const out = new Map<string, NotHoisted>();
  const shapes = new Map<ValueId | undefined, Shape>([...step.inputs, ...step.nodes.flatMap((n) => n.outputs)].map((v) => [v.id, v.shape]));
  for (const node of step.nodes) {
    if (node.call || node.inputs.length < 2 || !node.inputs.some(kept) || node.inputs.every(kept)) continue;
    const rule = (registry.ops.get(node.op) as Op).traits?.rows;
    const rows = typeof rule === 'function' ? rule(node.attrs, node.inputs.map((id) => shapes.get(id))) : rule;
    if (typeof rows !== 'object' || !('copied' in rows)) continue;
    const samples = node.inputs.filter(kept).join(' and ');
    for (const call of step.nodes) {
      if (!call.call || models[call.call.model]?.frozen !== true || out.has(call.call.path) || !call.inputs.some((i) => i !== undefined && node.outputs.some((o) => o.id === i))) continue;
      out.set(call.call.path, { what: call.call.path, why: `"${node.path}" stacks ${samples.replace(/input:|:out/g, '')} with what the step computes; call the model on each to keep the samples' part` });
    }
  }
  return [...out.values()];
}

function costs(experiment: Experiment, registry: Registry): ReadonlyMap<string, number> {
  return new Map(measureGraph(experiment.step, registry).nodes.map((n) => [n.path, isConcrete(n.macs) ? n.macs : 0]));
}
