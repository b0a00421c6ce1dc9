import type { NamedTensorMap, Scalar } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { globalNorm } from '../../optimizers/clip.ts';
import { mapValues } from '../../registry/map-values.ts';
import type { Registry } from '../../registry/registry.ts';
import { phaseOptimizer } from './optimise.ts';
import type { PhaseSchedule } from './plan.ts';
import type { StepWeights } from './step-weights.ts';

/** Applies a phase's gradients eagerly. */
export interface Updater {
  /** The joint norm before clipping, read back. */
  norm(gradients: NamedTensorMap): number;
  /** Clips, accumulates, updates; whether the weights moved, which they do at the last of the accumulated batches. */
  apply(gradients: NamedTensorMap, step: number): boolean;
}

export function createUpdater(phase: PhaseSchedule, weights: StepWeights, registry: Registry): Updater {
  const { optimizer: plan, name } = phase.plan;
  const optimizer = phaseOptimizer(phase, registry);

  const updateOne = (id: string, gradient: NamedTensorMap[string], step: number, count: number): void => {
    const weight = weights.get(id);
    const slots = mapValues(optimizer.slots(id), (key) => weights.slot(key, weight));
    tf.tidy(() => {
      const scalars = mapValues(optimizer.scalars(id, count, step), (value) => tf.scalar(value) as Scalar);
      const out = optimizer.update(id, { weight, gradient, slots, scalars });
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
        const clipped = tf.tidy(() => optimizer.clip(averaged));
        for (const [id, gradient] of Object.entries(clipped)) updateOne(id, gradient, step, count);
        tf.dispose(clipped);
        if (averaged !== gradients) tf.dispose(averaged);
      }
      return averaged !== undefined;
    },
  };
}

/** Adds to the running sum; the mean when the last of the batches is in, undefined before. */
function accumulate(gradients: NamedTensorMap, batches: number, phase: string, weights: StepWeights): NamedTensorMap | undefined {
  const counter = weights.slot(counterSlot(phase), tf.tidy(() => tf.scalar(0)));
  const seen = counter.dataSync()[0] + 1;
  for (const [id, gradient] of Object.entries(gradients)) {
    const sum = weights.slot(sumSlot(phase, id), gradient);
    tf.tidy(() => sum.assign(seen === 1 ? tf.clone(gradient) : tf.add(sum, gradient)));
  }
  tf.tidy(() => counter.assign(tf.scalar(seen % batches)));
  if (seen < batches) return undefined;
  return Object.fromEntries(Object.keys(gradients).map((id) => [id, tf.tidy(() => tf.div(weights.slot(sumSlot(phase, id), gradients[id]), batches))]));
}

/** Names of a phase's own slots, where it accumulates gradients over batches. */
export const counterSlot = (phase: string): string => `${phase}/accumulated/`;
export const sumSlot = (phase: string, id: string): string => `${phase}/sum/${id}`;
