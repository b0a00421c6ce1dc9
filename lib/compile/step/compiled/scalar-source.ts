import type { Registry } from '../../../registry/registry.ts';
import { phaseOptimizer } from '../optimise.ts';
import type { PhaseSchedule } from '../plan.ts';

/** Where a number that is fed at every step comes from: data, so that a recorded step can be kept in a file. */
export type ScalarSource =
  /** The weight of a term. */
  | { readonly kind: 'term'; readonly phase: string; readonly path: string }
  /** 0 at the first of the batches that an update adds up, else 1; 1 at the last of them, else 0. */
  | { readonly kind: 'keep' | 'last'; readonly phase: string }
  /** 1 where the batch is the last that an update of one of the phases adds up, else 0. */
  | { readonly kind: 'update'; readonly phases: readonly string[] }
  /** A number that an optimiser's update of a weight takes. */
  | { readonly kind: 'optimizer'; readonly phase: string; readonly weight: string; readonly scalar: string };

/** What numbers that change from step to step depend on. */
export interface StepClock {
  readonly step: number;
  /** Updates that the phase will have done with this one. */
  count(phase: string): number;
  /** Batches that the phase has added up since its last update. */
  accumulated(phase: string): number;
}

/** The number that a source gives at a step of this experiment. */
export type ScalarReader = (source: ScalarSource, clock: StepClock) => number;

export function scalarReader(phases: readonly PhaseSchedule[], registry: Registry): ScalarReader {
  const byName = new Map(phases.map((phase) => [phase.plan.name, { phase, optimizer: phaseOptimizer(phase, registry) }]));
  return (source, clock) => {
    const last = (name: string): number => (clock.accumulated(name) === (byName.get(name)?.phase.plan.optimizer.accumulate as number) - 1 ? 1 : 0);
    if (source.kind === 'update') return source.phases.some((name) => last(name) === 1) ? 1 : 0;
    const { phase, optimizer } = byName.get(source.phase) as { phase: PhaseSchedule; optimizer: ReturnType<typeof phaseOptimizer> };
    switch (source.kind) {
      case 'term': return phase.terms.find((t) => t.plan.path === source.path)?.weightAt(clock.step) as number;
      case 'keep': return clock.accumulated(source.phase) === 0 ? 0 : 1;
      case 'last': return last(source.phase);
      case 'optimizer': return optimizer.scalars(source.weight, clock.count(source.phase), clock.step)[source.scalar];
    }
  };
}
