import type { Experiment } from '../../ir/experiment.ts';
import { isFrozenWeight } from '../../ir/frozen.ts';
import type { ValueId } from '../../ir/ir.ts';
import type { Op } from '../../registry/op.ts';
import type { Registry } from '../../registry/registry.ts';

/**
 * The nodes of a step that depend on data and frozen weights alone, by path: for one sample they give the same value at every step,
 * so they may be computed once, beforehand. Nodes that draw random numbers are none of them.
 */
export function hoistable(experiment: Pick<Experiment, 'step' | 'models'>, registry: Registry): ReadonlySet<string> {
  const { step, models } = experiment;
  const steady = new Set<ValueId>(step.inputs.map((i) => i.id));
  for (const w of step.weights) if (isFrozenWeight(w.id, models)) steady.add(`weight:${w.id}`);
  const paths = new Set<string>();
  for (const node of step.nodes) {
    const op = registry.ops.get(node.op) as Op;
    const fixed = Object.values(node.weights).every((id) => isFrozenWeight(id, models));
    if (!fixed || op.traits?.random || !node.inputs.every((id) => id === undefined || steady.has(id))) continue;
    node.outputs.forEach((o) => steady.add(o.id));
    paths.add(node.path);
  }
  return paths;
}
