import type { Experiment } from '../ir/experiment.ts';
import { byteText } from '../plan/amount.ts';
import type { Registry } from '../registry/registry.ts';
import { compareGraphs } from '../study/compare.ts';
import type { StudyPlan } from '../study/plan.ts';
import { mostSteps, stages } from '../study/sweep/halving.ts';

/**
 * What a study would run, for `run --plan`: `hoisting` tells what a run of an experiment computes once per sample, `memoryOf` predicts a
 * run's peak in bytes, where the engine allows it.
 */
export async function planText(
  plan: StudyPlan, registry: Registry, hoisting: (experiment: Experiment) => Promise<readonly string[]>, memoryOf?: (experiment: Experiment) => number,
): Promise<string> {
  const baseline = plan.variants.find((v) => v.baseline) ?? plan.variants[0];
  const lines = plan.variants.map((v) => {
    const { nodes, parameters, macs } = compareGraphs(baseline.experiment, v.experiment, registry);
    const change = v === baseline ? 'baseline' : `${nodes} nodes differ, ${signed(parameters)} parameters, ${signed(macs)} MACs per step`;
    const memory = memoryOf ? `; about ${byteText(memoryOf(v.experiment))} of memory a run` : '';
    return `  ${v.name} (${v.experiment.hash.slice(0, 8)}): ${change}${memory}${v.patches.map((p) => `\n    ${p}`).join('')}`;
  });
  const { data, train } = baseline.experiment;
  return [
    `${plan.name}${plan.profile ? ` (${plan.profile})` : ''}: ${plan.variants.length} variants x ${plan.seeds.length} seeds = ${plan.variants.length * plan.seeds.length} runs`,
    `${train.steps} steps of ${data.batch} pairs at ${data.size}x${data.size} from ${data.dataset}`, ...lines, ...haltingOf(plan), ...(await hoistingOf(plan, hoisting)),
    ...(memoryOf ? [] : ['memory is predicted for compiled steps on a native engine only']),
  ].join('\n');
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
async function hoistingOf(plan: StudyPlan, hoisting: (experiment: Experiment) => Promise<readonly string[]>): Promise<string[]> {
  const alike = new Map<string, string[]>();
  for (const { name, experiment } of plan.variants) {
    const text = (await hoisting(experiment)).join('\n');
    alike.set(text, [...(alike.get(text) ?? []), name]);
  }
  if (alike.size === 1) return [...alike.keys()];
  return [...alike].map(([text, names]) => `${names.join(', ')}: ${text}`);
}

const signed = (n: number): string => `${n > 0 ? '+' : ''}${n.toLocaleString('en-US')}`;
