import { fillNormal, fillUniform } from '../random/fill.ts';

/**
 * The numbers a node draws at a step, keyed by (seed, node path, purpose, step): specified here once, for the eager and the
 * compiled step.
 */
export function drawAt(kind: 'normal' | 'uniform', size: number, seed: number, path: string, purpose: string, step: number): Float32Array {
  const out = new Float32Array(size);
  const names = ['draw', path, purpose, step];
  if (kind === 'normal') fillNormal(out, seed, names);
  else fillUniform(out, seed, names);
  return out;
}
