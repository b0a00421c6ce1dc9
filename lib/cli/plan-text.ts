import type { Registry } from '../registry/registry.ts';
import { compareGraphs } from '../study/compare.ts';
import type { StudyPlan } from '../study/plan.ts';

/** What a study would run, for `run --plan`. */
export function planText(plan: StudyPlan, registry: Registry): string {
  const baseline = plan.variants.find((v) => v.baseline) ?? plan.variants[0];
  const lines = plan.variants.map((v) => {
    const { nodes, parameters, macs } = compareGraphs(baseline.experiment, v.experiment, registry);
    const change = v === baseline ? 'baseline' : `${nodes} nodes differ, ${signed(parameters)} parameters, ${signed(macs)} MACs per step`;
    return `  ${v.name} (${v.experiment.hash.slice(0, 8)}): ${change}${v.patches.map((p) => `\n    ${p}`).join('')}`;
  });
  const { data, train } = baseline.experiment;
  return [
    `${plan.name}${plan.profile ? ` (${plan.profile})` : ''}: ${plan.variants.length} variants x ${plan.seeds.length} seeds = ${plan.variants.length * plan.seeds.length} runs`,
    `${train.steps} steps of ${data.batch} pairs at ${data.size}x${data.size} from ${data.dataset}`, ...lines,
  ].join('\n');
}

const signed = (n: number): string => `${n > 0 ? '+' : ''}${n.toLocaleString('en-US')}`;
