import type { Experiment } from '../ir/experiment.ts';
import { byteText } from '../plan/amount.ts';
import type { Registry } from '../registry/registry.ts';
import { compareGraphs } from '../study/compare.ts';
import type { StudyPlan } from '../study/plan.ts';
import type { HoistPlan } from '../plan/hoist/plan.ts';
import type { RunMemory } from '../plan/predict-run.ts';
import type { ShownHoisting } from './hoist.ts';
import { mostSteps, stages } from '../study/sweep/halving.ts';

/** Predicts a run's memory, with what it hoists. */
export type MemoryPredictor = (experiment: Experiment, hoist: HoistPlan | undefined) => RunMemory;

const COVERED = 'memory: the peak of a run\'s process over compiled training, what is computed once per sample, and evaluation; without the pictures that a data set holds';

/**
 * What a study would run, for `run --plan`: `hoisting` tells what a run of an experiment computes once per sample, `memoryOf` predicts a
 * run's peak, where the engine allows it.
 */
export async function planText(
  plan: StudyPlan, registry: Registry, hoisting: (experiment: Experiment) => Promise<ShownHoisting>, memoryOf?: MemoryPredictor,
): Promise<string> {
  const baseline = plan.variants.find((v) => v.baseline) ?? plan.variants[0];
  const hoisted = new Map<string, ShownHoisting>();
  for (const { name, experiment } of plan.variants) hoisted.set(name, await hoisting(experiment));
  const lines = plan.variants.map((v) => {
    const { nodes, parameters, macs } = compareGraphs(baseline.experiment, v.experiment, registry);
    const change = v === baseline ? 'baseline' : `${nodes} nodes differ, ${signed(parameters)} parameters, ${signed(macs)} MACs per step`;
    const memory = memoryOf ? `; ${memoryText(memoryOf(v.experiment, hoisted.get(v.name)?.plan))}` : '';
    return `  ${v.name} (${v.experiment.hash.slice(0, 8)}): ${change}${memory}${v.patches.map((p) => `\n    ${p}`).join('')}`;
  });
  const { data, train } = baseline.experiment;
  return [
    `${plan.name}${plan.profile ? ` (${plan.profile})` : ''}: ${plan.variants.length} variants x ${plan.seeds.length} seeds = ${plan.variants.length * plan.seeds.length} runs`,
    `${train.steps} steps of ${data.batch} pairs at ${data.size}x${data.size} from ${data.dataset}`, ...lines, ...haltingOf(plan), ...hoistingOf(hoisted),
    memoryOf ? COVERED : 'memory is predicted for compiled steps on a native engine only',
  ].join('\n');
}

function memoryText({ peak, at }: RunMemory): string {
  return `about ${byteText(peak)} of memory a run${at === 'training' ? '' : `, in ${at}`}`;
}

/** How many points a sweep trains how far, and what that comes to at most. */
function haltingOf({ stop, variants, seeds }: StudyPlan): string[] {
  if (!stop) return [];
  const steps = Math.max(...variants.map((v) => v.experiment.train.steps));
  const far = stages(variants.length, stop, steps).map(({ step, points }, i) => `${points}${i === 0 ? ' points' : ''} to step ${step}`);
  const all = variants.reduce((sum, v) => sum + v.experiment.train.steps, 0) * seeds.length;
  const most = mostSteps(variants.length, stop, steps) * seeds.length;
  return [`stops early by ${stop.metric} (${stop.better} is better): ${far.join(', ')}; at most ${most.toLocaleString('en-US')} steps of ${all.toLocaleString('en-US')}`];
}

/** Told once for variants that hoist alike. */
function hoistingOf(hoisted: ReadonlyMap<string, ShownHoisting>): string[] {
  const alike = new Map<string, string[]>();
  for (const [name, { lines }] of hoisted) alike.set(lines.join('\n'), [...(alike.get(lines.join('\n')) ?? []), name]);
  if (alike.size === 1) return [...alike.keys()];
  return [...alike].map(([text, names]) => `${names.join(', ')}: ${text}`);
}

const signed = (n: number): string => `${n > 0 ? '+' : ''}${n.toLocaleString('en-US')}`;
