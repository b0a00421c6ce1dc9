import { InvalidArgumentError, type Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Experiment } from '../ir/experiment.ts';
import { HOIST_LIMIT, planHoisting, type HoistPlan } from '../plan/hoist/plan.ts';
import { hoistingText } from '../plan/hoist/text.ts';
import type { Registry } from '../registry/registry.ts';

export interface HoistFlags {
  readonly hoist: boolean;
  /** GiB. */
  readonly hoistLimit: number;
}

/** `--no-hoist` and `--hoist-limit`. */
export function addHoistOptions(command: Command): Command {
  return command
    .option('--no-hoist', 'compute at every step what depends on one sample and frozen weights alone, instead of once')
    .option('--hoist-limit <gib>', 'disk space for what is computed once per sample, in GiB', gibibytes, DEFAULT_GIB);
}

function gibibytes(text: string): number {
  const n = Number(text);
  if (!Number.isFinite(n) || n <= 0) throw new InvalidArgumentError(`expected a number of GiB above 0, received "${text}"`);
  return n;
}

/** Bytes of a number of GiB. */
export const bytesOfGib = (gib: number): number => gib * 2 ** 30;

export const DEFAULT_GIB = HOIST_LIMIT / 2 ** 30;

/** What a run hoists, and what is said of it. */
export interface ShownHoisting {
  readonly lines: readonly string[];
  readonly plan?: HoistPlan;
}

/** What a run of an experiment hoists and what it saves, in lines; a data set that cannot be opened yet is said to be unknown. */
export async function hoistingLines(experiment: Experiment, registry: Registry, flags: HoistFlags): Promise<readonly string[]> {
  return (await hoistingOf(experiment, registry, flags)).lines;
}

/** The same with the plan, where something is hoisted. */
export async function hoistingOf(experiment: Experiment, registry: Registry, { hoist, hoistLimit }: HoistFlags): Promise<ShownHoisting> {
  if (!hoist) return { lines: ['hoisting: none; switched off'] };
  const count = await countSamples(experiment, registry);
  if (typeof count === 'string') return { lines: [`hoisting: unknown until the data set can be opened: ${count}`] };
  const hoisting = planHoisting(experiment, registry, { samples: count.samples, limit: bytesOfGib(hoistLimit) });
  return { lines: hoistingText(hoisting), ...(hoisting.plan ? { plan: hoisting.plan } : {}) };
}

/** Training samples of an experiment's data set, or why they cannot be counted. */
async function countSamples({ data }: Experiment, registry: Registry): Promise<{ readonly samples: number | undefined } | string> {
  // Brings the data sets, which showing a graph does not need.
  const { openDataset } = await import('../datasets/open.ts');
  try {
    const dataset = await openDataset({ name: data.dataset, attrs: data.attrs, options: { size: data.size, seed: data.seed } }, registry.datasets);
    const samples = dataset.length('train');
    await dataset.close?.();
    return { samples };
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map((d) => d.message).join('; ');
    if ((error as NodeJS.ErrnoException).code !== undefined) return (error as Error).message;
    throw error;
  }
}
