import type { Stream } from '../../random/stream.ts';
import type { Interval } from './interval.ts';
import { checkConfidence } from './interval.ts';
import { allFinite, atLeast, mean, sorted, sortedQuantile } from './moments.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/** `resamples` of about 10 000 hold an interval's ends to a few per cent of its width; `stream` decides every draw. */
export interface BootstrapOptions {
  readonly stream: Stream;
  readonly resamples?: number;
  readonly confidence?: number;
  /** `bca` (the default) corrects bias and skewness (Efron 1987); `percentile` takes the quantiles as they are. */
  readonly method?: 'bca' | 'percentile';
}

/**
 * A bootstrap interval of `statistic` over two or more independent items. Items that share an identity are not independent: put each
 * identity's values into one item (see `clusterBootstrap`).
 */
export function bootstrap<T>(items: readonly T[], statistic: (items: readonly T[]) => number, options: BootstrapOptions): Interval {
  const { confidence = 0.95, method = 'bca' } = options;
  const replicates = bootstrapReplicates(items, statistic, options);
  if (method === 'percentile') return percentileInterval(replicates, confidence);
  const jackknife = items.map((_, left) => statistic(items.filter((__, i) => i !== left)));
  return bcaInterval({ replicates, jackknife, estimate: statistic(items), confidence });
}

/** A bootstrap interval that resamples whole clusters: `clusters[i]` names the cluster (an identity, a video) of `values[i]`. */
export function clusterBootstrap(
  values: readonly number[],
  clusters: readonly (string | number)[],
  options: BootstrapOptions & { readonly statistic?: (values: readonly number[]) => number },
): Interval {
  if (values.length !== clusters.length) throw new RangeError(`every value has a cluster, received ${values.length} values and ${clusters.length} clusters`);
  allFinite(values, 'a cluster bootstrap');
  const groups = new Map<string | number, number[]>();
  values.forEach((v, i) => {
    const group = groups.get(clusters[i]);
    if (group) group.push(v);
    else groups.set(clusters[i], [v]);
  });
  const { statistic = mean } = options;
  return bootstrap([...groups.values()], (chosen) => statistic(chosen.flat()), options);
}

/** The statistic on each of `resamples` (9999 unless told) resamples with replacement of two or more items. */
export function bootstrapReplicates<T>(items: readonly T[], statistic: (items: readonly T[]) => number, options: BootstrapOptions): number[] {
  atLeast(items, 2, 'a bootstrap');
  const { stream, resamples = 9999 } = options;
  if (!(Number.isInteger(resamples) && resamples >= 2)) throw new RangeError(`resamples is an integer from 2, received ${resamples}`);
  return Array.from({ length: resamples }, () => statistic(items.map(() => stream.pick(items))));
}

/** The interval between the (1 - confidence)/2 and (1 + confidence)/2 quantiles of bootstrap replicates. */
export function percentileInterval(replicates: readonly number[], confidence = 0.95): Interval {
  checkConfidence(confidence);
  allFinite(replicates, 'a bootstrap');
  const ascending = sorted(replicates);
  return { low: sortedQuantile(ascending, (1 - confidence) / 2), high: sortedQuantile(ascending, (1 + confidence) / 2) };
}

/** What a bias-corrected and accelerated interval is computed from; `jackknife` holds the statistic with one item left out, for each. */
export interface BcaInput {
  readonly replicates: readonly number[];
  readonly jackknife: readonly number[];
  readonly estimate: number;
  readonly confidence?: number;
}

/** The bias-corrected and accelerated bootstrap interval (Efron 1987); where no replicate varies, the estimate itself. */
export function bcaInterval({ replicates, jackknife, estimate, confidence = 0.95 }: BcaInput): Interval {
  checkConfidence(confidence);
  allFinite([estimate, ...jackknife, ...replicates], 'a bootstrap');
  const ascending = sorted(replicates);
  if (ascending[0] === ascending[ascending.length - 1]) return { low: ascending[0], high: ascending[0] };
  const bias = normalQuantile(shareBelow(ascending, estimate));
  // Every replicate on one side of the estimate leaves the bias infinite: only the plain quantiles are defined then.
  if (!Number.isFinite(bias)) return percentileInterval(replicates, confidence);
  const a = acceleration(jackknife);
  const level = (tail: number): number => {
    const z = bias + normalQuantile(tail);
    return normalCdf(bias + z / (1 - a * z));
  };
  return { low: sortedQuantile(ascending, level((1 - confidence) / 2)), high: sortedQuantile(ascending, level((1 + confidence) / 2)) };
}

/** The share of replicates below the estimate, ties counted half. */
function shareBelow(replicates: readonly number[], estimate: number): number {
  const below = replicates.reduce((n, r) => n + (r < estimate ? 1 : 0) + (r <= estimate ? 1 : 0), 0);
  return below / (2 * replicates.length);
}

/** Efron's acceleration: a sixth of the jackknife's skewness; 0 where the jackknife does not vary. */
function acceleration(jackknife: readonly number[]): number {
  const centre = mean(jackknife);
  const away = jackknife.map((v) => centre - v);
  const squares = away.reduce((total, v) => total + v ** 2, 0);
  const cubes = away.reduce((total, v) => total + v ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
