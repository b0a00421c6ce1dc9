import type { Experiment } from './experiment.ts';

/** Whether a weight (`model/path`) belongs to a frozen model or to a frozen part of one. */
export function isFrozenWeight(weight: string, models: Experiment['models']): boolean {
  const slash = weight.indexOf('/');
  const frozen = models[weight.slice(0, slash)]?.frozen;
  if (typeof frozen !== 'object') return frozen === true;
  const path = weight.slice(slash + 1);
  return frozen.some((prefix) => path === prefix || path.startsWith(`${prefix}.`));
}
