import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { OptimizerGroup } from '../../ir/experiment.ts';
import { clipByGlobalNorm, clipByValue, globalNorm } from '../../optimizers/clip.ts';
import { withDefaults } from '../../registry/attributes.ts';
import type { Optimizer } from '../../registry/optimizer.ts';
import type { Registry } from '../../registry/registry.ts';
import type { PhaseSchedule } from './plan.ts';
import type { StepWeights } from './step-weights.ts';

/** Applies a phase's gradients eagerly. */
export interface Updater {
  /** The joint norm before clipping, read back. */
  norm(gradients: NamedTensorMap): number;
  /** Clips, accumulates, updates; gives the learning rate used. */
  apply(gradients: NamedTensorMap, step: number): number;
}

export function createUpdater(phase: PhaseSchedule, weights: StepWeights, registry: Registry): Updater {
  const { optimizer: plan, name } = phase.plan;
  const optimizer = registry.optimizers.get(plan.type) as Optimizer;
  const settings = new Map(phase.weights.map((w) => [w.id, settingsOf(w.id, plan.groups, optimizer, plan.attrs)]));

  const updateOne = (id: string, gradient: Tensor, step: number, count: number): void => {
    const { attrs, factor } = settings.get(id) as Settings;
    const weight = weights.get(id);
    const slots = Object.fromEntries(optimizer.slots(attrs).map((slot) => [slot, weights.slot(`${name}/${slot}/${id}`, weight)]));
    tf.tidy(() => {
      const numbers = optimizer.scalars(attrs, count, phase.lr(step) * factor);
      const scalars = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, tf.scalar(value) as Scalar]));
      const out = optimizer.update(attrs)({ weight, gradient, slots, scalars });
      weights.set(id, out.weight);
      for (const [slot, value] of Object.entries(out.slots)) slots[slot].assign(value);
    });
  };

  return {
    norm: (gradients) => tf.tidy(() => globalNorm(Object.values(gradients)).dataSync()[0]),
    apply(gradients, step) {
      const averaged = plan.accumulate === 1 ? gradients : accumulate(gradients, plan.accumulate, name, weights);
      if (averaged) {
        const count = weights.countUpdate(name);
        const clipped = tf.tidy(() => clip(averaged, plan.clipNorm, plan.clipValue));
        for (const [id, gradient] of Object.entries(clipped)) updateOne(id, gradient, step, count);
        tf.dispose(clipped);
        if (averaged !== gradients) tf.dispose(averaged);
      }
      return phase.lr(step);
    },
  };
}

interface Settings {
  readonly attrs: Record<string, unknown>;
  readonly factor: number;
}

function settingsOf(id: string, groups: readonly OptimizerGroup[], optimizer: Optimizer, attrs: Readonly<Record<string, unknown>>): Settings {
  const group = groups.find((g) => id.startsWith(g.weights));
  return { attrs: withDefaults(optimizer.attrs, { ...attrs, ...group?.attrs }), factor: group?.lrFactor ?? 1 };
}

/** Adds to the running sum; the mean when the last of the batches is in, undefined before. */
function accumulate(gradients: NamedTensorMap, batches: number, phase: string, weights: StepWeights): NamedTensorMap | undefined {
  const counter = weights.slot(`${phase}/accumulated/`, tf.tidy(() => tf.scalar(0)));
  const seen = counter.dataSync()[0] + 1;
  for (const [id, gradient] of Object.entries(gradients)) {
    const sum = weights.slot(`${phase}/sum/${id}`, gradient);
    tf.tidy(() => sum.assign(seen === 1 ? tf.clone(gradient) : tf.add(sum, gradient)));
  }
  tf.tidy(() => counter.assign(tf.scalar(seen % batches)));
  if (seen < batches) return undefined;
  return Object.fromEntries(Object.keys(gradients).map((id) => [id, tf.tidy(() => tf.div(weights.slot(`${phase}/sum/${id}`, gradients[id]), batches))]));
}

function clip(gradients: NamedTensorMap, norm: number | undefined, value: number | undefined): NamedTensorMap {
  const ids = Object.keys(gradients);
  let list: readonly Tensor[] = ids.map((id) => gradients[id]);
  if (norm !== undefined) list = clipByGlobalNorm(list, norm).gradients;
  if (value !== undefined) list = clipByValue(list, value);
  return Object.fromEntries(ids.map((id, i) => [id, list[i] === gradients[id] ? tf.clone(list[i]) : list[i]]));
}
