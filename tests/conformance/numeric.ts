import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { stream } from '../../lib/random/stream.ts';
import { cotangent, evaluator, gradientsOf, projection, toTensor, type Arguments } from './run.ts';
import { fill, type OpCase } from './case.ts';

type Named = Readonly<Record<string, Tensor>>;

// Step sizes: a large one is bent by curvature, a small one drowns in float32 rounding, and either may step over a kink.
const STEPS = [1e-2, 3e-3, 3e-2, 1e-3];
const TOLERANCE = 1e-2;

/** How far an analytic directional derivative is from the numeric one, relative to their size; the best over the step sizes. */
export interface Disagreement {
  readonly argument: string;
  readonly analytic: number;
  readonly numeric: number;
}

/** Checks the gradient with respect to each free argument along a random direction. */
export function firstOrderDisagreements(c: OpCase, all: Arguments): Disagreement[] {
  const run = evaluator(c, all);
  const gradients = gradientsOf((free) => projection(c, run(free)), all.free);
  const value = (free: Named): number => dotted(c, run(free));
  return Object.keys(all.free).flatMap((name) => compare(c, all.free, name, gradients[name], value));
}

/** Checks the gradient of <first gradient, v> for a random v: what R1 and gradient penalties need. */
export function secondOrderDisagreements(c: OpCase, all: Arguments): Disagreement[] {
  const run = evaluator(c, all);
  const first = (free: Named): Named => gradientsOf((f) => projection(c, run(f)), free);
  const pairing = (g: Named): Tensor =>
    Object.entries(g).map(([name, t]) => tf.sum(tf.mul(t, direction(c, `v ${name}`, t)))).reduce((a, b) => tf.add(a, b));
  const gradients = gradientsOf((free) => pairing(first(free)), all.free);
  const value = (free: Named): number =>
    Object.entries(first(free)).reduce((sum, [name, t]) => sum + dot(t, direction(c, `v ${name}`, t)), 0);
  return Object.keys(all.free).flatMap((name) => compare(c, all.free, name, gradients[name], value));
}

function compare(c: OpCase, free: Named, argument: string, gradient: Tensor, value: (free: Named) => number): Disagreement[] {
  const d = direction(c, `d ${argument}`, free[argument]);
  const analytic = dot(gradient, d);
  const at = (t: number): number => tf.tidy(() => value({ ...free, [argument]: tf.add(free[argument], tf.mul(d, t)) })) as unknown as number;
  let nearest: number | undefined;
  for (const h of STEPS) {
    // Fourth-order central difference.
    const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    const scale = Math.max(Math.abs(analytic), Math.abs(numeric), norm(gradient), 0.05);
    if (Math.abs(analytic - numeric) <= TOLERANCE * scale) return [];
    if (nearest === undefined || Math.abs(analytic - numeric) < Math.abs(analytic - nearest)) nearest = numeric;
  }
  return [{ argument, analytic, numeric: nearest as number }];
}

/** Sum of output times cotangent in double precision. */
function dotted(c: OpCase, outputs: readonly Tensor[]): number {
  return outputs.reduce((sum, y, k) => (y.dtype === 'float32' ? sum + dotArrays(y.dataSync(), cotangent(c, k, y.shape).data) : sum), 0);
}

const direction = (c: OpCase, name: string, like: Tensor): Tensor => toTensor(fill(like.shape, stream(13, c.title, name), (r) => r.normal()));
const dot = (a: Tensor, b: Tensor): number => dotArrays(a.dataSync(), b.dataSync());
const norm = (a: Tensor): number => Math.sqrt(dot(a, a));

function dotArrays(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
