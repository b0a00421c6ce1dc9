import type { Experiment } from './experiment.ts';

/** Whether a weight (`model/path`) belongs to a frozen model or to a frozen part of one. */
export function isFrozenWeight(weight: string, models: Experiment['models']): boolean {
  const slash = weight.indexOf('/');
  const frozen = models[weight.slice(0, slash)]?.frozen;
  if (typeof frozen !== 'object') return frozen === true;
  const path = weight.slice(slash + 1);
  return frozen.some((prefix) => isUnder(path, prefix));
}

/** Whether a weight lies under a prefix: `up-1`, `generator` and `generator/up-1` hold whole parts of a path, never half a name. */
export function isUnder(weight: string, prefix: string): boolean {
  return weight === prefix || weight.startsWith(`${prefix}.`) || weight.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}
