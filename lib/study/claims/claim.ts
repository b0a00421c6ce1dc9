import type { Span } from '../../diagnostics/diagnostic.ts';
import type { Interval } from '../statistics/interval.ts';

export type Comparator = '>' | '<' | '>=' | '<=';

/** One value of a claim: a number, `variant.metric`, or arithmetic; `column` counts from 1 within the claim's text. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly column: number }
  | { readonly kind: 'metric'; readonly variant: string; readonly metric: string; readonly column: number }
  | { readonly kind: 'negate'; readonly of: Expression; readonly column: number }
  | { readonly kind: 'operation'; readonly op: '+' | '-' | '*' | '/'; readonly left: Expression; readonly right: Expression; readonly column: number };

/** `left op right`, with its own words. */
export interface Comparison {
  readonly text: string;
  readonly left: Expression;
  readonly op: Comparator;
  readonly right: Expression;
}

/** A claim in parsed form: every comparison must hold. */
export interface ParsedClaim {
  readonly text: string;
  readonly comparisons: readonly Comparison[];
}

/** A test of paired differences. `auto` chooses by the number of seeds alone: see `judgeComparison`. */
export type ClaimTest = 'auto' | 't' | 'sign-flip' | 'signed-rank';

/** A claim as a study states it. */
export interface ClaimSpec {
  readonly expect: string;
  /** The level of the test; without it the means are compared and nothing is proved. */
  readonly p?: number;
  /** Correct for all claims of the study that ask for it. */
  readonly correct?: 'holm';
  readonly test?: ClaimTest;
  /** Where the text of `expect` begins, for messages. */
  readonly span?: Span;
}

export type Verdict = 'pass' | 'fail' | 'undecided';

/** What the paired seeds say about one comparison. */
export interface ComparisonResult {
  readonly text: string;
  readonly op: Comparator;
  /** Seeds that finished in every variant of the comparison, ascending; `differences[i]` is left - right at `seeds[i]`. */
  readonly seeds: readonly number[];
  readonly differences: readonly number[];
  readonly mean?: number;
  /** The two-sided 95 % t interval of the mean difference; absent below two seeds. */
  readonly interval?: Interval;
  /** Cohen's d_z of the differences; absent below two seeds. */
  readonly effect?: number;
  /** The test that was used, in words. */
  readonly method: string;
  /** One-sided p of the direction claimed, and of the opposite one; absent where nothing was tested. */
  readonly support?: number;
  readonly oppose?: number;
  readonly notes: readonly string[];
}

/** A claim's verdict and all that led to it. */
export interface ClaimResult {
  readonly expect: string;
  readonly p?: number;
  readonly correct?: 'holm';
  readonly verdict: Verdict;
  /** One-sided p-values after correction (equal to the raw ones without it); absent where nothing was tested. */
  readonly support?: number;
  readonly oppose?: number;
  readonly comparisons: readonly ComparisonResult[];
  readonly notes: readonly string[];
}
