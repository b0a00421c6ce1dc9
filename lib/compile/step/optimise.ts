import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { OptimizerGroup } from '../../ir/experiment.ts';
import { isUnder } from '../../ir/frozen.ts';
import { clipByGlobalNorm, clipByValue } from '../../optimizers/clip.ts';
import { withDefaults } from '../../registry/attributes.ts';
import type { NativeUpdate, Optimizer, UpdateInput, UpdateOutput } from '../../registry/optimizer.ts';
import type { Registry } from '../../registry/registry.ts';
import type { PhaseSchedule } from './plan.ts';

/** The optimiser of one phase as functions of tensors and numbers, for the eager and the compiled step. */
export interface PhaseOptimizer {
  /** Names of a weight's slots, as a run's state knows them: slot -> `phase/slot/weight`. */
  slots(id: string): Readonly<Record<string, string>>;
  /** The numbers that the weight's update takes at its `count`-th update (from 1), at a step. */
  scalars(id: string, count: number, step: number): Readonly<Record<string, number>>;
  /** Weights of equal groups take equal numbers. */
  group(id: string): number;
  /** New tensors, clipped by norm and value where the phase asks for it. */
  clip(gradients: NamedTensorMap): NamedTensorMap;
  update(id: string, input: UpdateInput): UpdateOutput;
  /** The update of a weight as an operation on variables, where there is one. */
  native(id: string): NativeUpdate | undefined;
}

export function phaseOptimizer(phase: PhaseSchedule, registry: Registry): PhaseOptimizer {
  const { optimizer: plan, name } = phase.plan;
  const optimizer = registry.optimizers.get(plan.type) as Optimizer;
  const settings = new Map(phase.weights.map((w) => [w.id, settingsOf(w.id, plan.groups, optimizer, plan.attrs)]));
  const of = (id: string): Settings => settings.get(id) as Settings;
  return {
    slots: (id) => Object.fromEntries(optimizer.slots(of(id).attrs).map((slot) => [slot, `${name}/${slot}/${id}`])),
    scalars: (id, count, step) => optimizer.scalars(of(id).attrs, count, phase.lr(step) * of(id).factor),
    group: (id) => of(id).group,
    clip: (gradients) => clip(gradients, plan.clipNorm, plan.clipValue),
    update: (id, input) => optimizer.update(of(id).attrs)(input),
    native: (id) => optimizer.native?.(of(id).attrs),
  };
}

interface Settings {
  readonly attrs: Record<string, unknown>;
  readonly factor: number;
  readonly group: number;
}

function settingsOf(id: string, groups: readonly OptimizerGroup[], optimizer: Optimizer, attrs: Readonly<Record<string, unknown>>): Settings {
  const group = groups.findIndex((g) => isUnder(id, g.weights));
  const own = groups[group] as OptimizerGroup | undefined;
  return { attrs: withDefaults(optimizer.attrs, { ...attrs, ...own?.attrs }), factor: own?.lrFactor ?? 1, group };
}

function clip(gradients: NamedTensorMap, norm: number | undefined, value: number | undefined): NamedTensorMap {
  const ids = Object.keys(gradients);
  let list: readonly Tensor[] = ids.map((id) => gradients[id]);
  if (norm !== undefined) list = clipByGlobalNorm(list, norm).gradients;
  if (value !== undefined) list = clipByValue(list, value);
  return Object.fromEntries(ids.map((id, i) => [id, list[i] === gradients[id] ? tf.clone(list[i]) : list[i]]));
}
