import type { EngineChoice } from '../engine/contract.ts';
import { settleThreads } from '../engine/threads.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { OpenStep } from '../launch/training.ts';
import type { Registry } from '../registry/registry.ts';
import { openThreadedStep } from '../train/thread/threaded-step.ts';
import { siblingModule } from '../datasets/thread.ts';
import type { StepStart } from './step-thread.ts';

export interface OpenStepOptions {
  readonly experiment: Experiment;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly threads?: number;
  /** Files whose code the user has allowed. */
  readonly plugins: readonly string[];
  /** What those files and the library define, for a step in this thread. */
  readonly registry: () => Promise<Registry>;
  /** Train op by op; wasm always does. */
  readonly eager: boolean;
  readonly notice: (text: string) => void;
}

/**
 * The compiled step in a thread of its own; the eager one, for debugging and for wasm, in this thread, which loads what that needs only
 * then: the thread is to start at once.
 */
export async function openStep(options: OpenStepOptions): Promise<OpenStep> {
  if (options.eager || options.engine === 'wasm') return openHere(options);
  // Environment variables that the thread sets would reach TensorFlow too late: both threads take the same number from here.
  settleThreads(options.threads);
  const { experiment, seed, engine, plugins } = options;
  const { step, opened } = await openThreadedStep(siblingModule(import.meta.url, 'step-thread'), { experiment, seed, engine, plugins } satisfies StepStart);
  if (opened.engine.name === 'wasm') {
    await step.dispose();
    return openHere(options);
  }
  opened.notices.forEach(options.notice);
  return { step, engine: opened.engine, compute: async () => (await import('../engine/engine.ts')).loadEngine({ engine: opened.engine.name }) };
}

async function openHere({ experiment, seed, engine: choice, threads, registry: load, notice }: OpenStepOptions): Promise<OpenStep> {
  const [{ loadEngine }, { engineText }, { createEagerStep }, { HoistedStep }, { givenWeights }] = await Promise.all([
    import('../engine/engine.ts'), import('../engine/engine-text.ts'), import('../compile/step/eager.ts'), import('../hoist/hoisted-step.ts'), import('../train/given-weights.ts'),
  ]);
  const engine = await loadEngine({ engine: choice, ...(threads === undefined ? {} : { threads }) });
  engine.notices.forEach(notice);
  const step = new HoistedStep(experiment, { registry: await load(), seed, given: givenWeights(experiment), engine: engineText(engine), create: createEagerStep });
  return { step, engine, compute: async () => undefined };
}
