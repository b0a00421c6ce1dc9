import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import type { ValueId } from '../../ir/ir.ts';
import { globalNorm } from '../../optimizers/clip.ts';
import { disposeForward, forwardPhase, type ForwardContext } from './forward.ts';
import type { PhaseSchedule, TermSchedule } from './plan.ts';

/** Which terms' own gradients are not finite: asked one by one, once the run is lost anyway. */
export function gradientCulprits(phase: PhaseSchedule, active: readonly TermSchedule[], known: ReadonlyMap<ValueId, Tensor>, context: ForwardContext): string[] {
  const bad = active.filter((term) => {
    const forward = forwardPhase(phase, [term], known, [], context);
    const norm = tf.tidy(() => globalNorm(Object.values(forward.gradients)).dataSync()[0]);
    disposeForward(forward);
    return !Number.isFinite(norm);
  });
  return (bad.length > 0 ? bad : active).map((t) => t.plan.path);
}
