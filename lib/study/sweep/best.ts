import { evaluate } from '../../expression/evaluate.ts';
import { parseExpression } from '../../expression/parse.ts';
import type { Objective } from '../plan.ts';
import type { BestPoint, VariantResult } from '../result.ts';

/** The variant whose mean over its finished seeds is best among those that fulfil the constraint; undefined where none does. */
export function bestPoint(variants: readonly VariantResult[], objective: Objective): BestPoint | undefined {
  const sign = objective.better === 'higher' ? 1 : -1;
  const candidates = variants.flatMap((variant) => {
    const means = meansOf(variant);
    const value = means.get(objective.metric);
    return value !== undefined && Number.isFinite(value) && fulfils(objective, means) ? [{ variant: variant.name, metric: objective.metric, value, ...(variant.factors ? { factors: variant.factors } : {}) }] : [];
  });
  return candidates.reduce<BestPoint | undefined>((best, c) => (best === undefined || sign * (c.value - best.value) > 0 ? c : best), undefined);
}

function meansOf(variant: VariantResult): Map<string, number> {
  const runs = variant.runs.filter((r) => r.status === 'finished');
  const names = new Set(runs.flatMap((r) => Object.keys(r.metrics)));
  return new Map([...names].map((name) => [name, runs.reduce((sum, r) => sum + (r.metrics[name] ?? NaN), 0) / runs.length]));
}

function fulfils({ subjectTo }: Objective, means: ReadonlyMap<string, number>): boolean {
  if (subjectTo === undefined) return true;
  return evaluate(parseExpression(subjectTo), { lookup: (name) => means.get(name) ?? NaN, known: () => means.keys() }) === true;
}
