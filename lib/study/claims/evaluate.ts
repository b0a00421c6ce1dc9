import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { stream } from '../../random/stream.ts';
import { holm } from '../statistics/holm.ts';
import { pairedPower, seedsForEffect } from '../statistics/power.ts';
import { checkClaim } from './check.ts';
import type { ClaimResult, ClaimSpec, ComparisonResult, Verdict } from './claim.ts';
import { judgeComparison } from './judge.ts';
import { badLevel } from './messages.ts';
import { pairedDifferences } from './paired.ts';
import type { ClaimData } from './paired.ts';

/** The metrics that a study measures, beside its variants. */
export interface EvaluationOptions {
  readonly metrics: readonly string[];
  /** Keys the sampled permutation tests, which only studies of more than 16 seeds need. */
  readonly seed?: number;
}

/** A claim's p-values before correction. */
interface Raw {
  readonly spec: ClaimSpec;
  readonly comparisons: readonly ComparisonResult[];
  readonly support?: number;
  readonly oppose?: number;
}

/**
 * The verdicts of a study's claims over its paired seeds. A DiagnosticError where a claim does not parse or names what the study lacks.
 *
 * The rule. Each comparison is tested in both directions, one-sided. A claim's supporting p is the largest of its comparisons' (all
 * must hold: an intersection-union test, which needs no correction); its opposing p is the smallest times their number (one that
 * fails is enough). With `correct: holm` both are corrected, as two families, over all claims of the study that have `p` and ask for
 * it, untestable ones counting as 1. Then: `pass` where the supporting p is below the claim's `p`; else `fail` where the opposing one
 * is; else `undecided`. Without `p`, or with one seed, the means decide between pass and fail and a note says that this is no
 * evidence. A value that is not a finite number, or no common seed, leaves the claim undecided.
 */
export function evaluateClaims(claims: readonly ClaimSpec[], data: ClaimData, options: EvaluationOptions): ClaimResult[] {
  const names = { variants: data.variants.map((v) => v.name), metrics: options.metrics };
  const raw = claims.map((spec): Raw => {
    checkLevel(spec);
    const { comparisons } = checkClaim(spec.expect, names, spec.span);
    const keyed = stream(options.seed ?? 0, 'claims', spec.expect);
    return withPValues(spec, comparisons.map((c, i) => judgeComparison(c, pairedDifferences(c, data), spec.test ?? 'auto', keyed.at(i))));
  });
  const family = raw.filter(({ spec }) => spec.p !== undefined && spec.correct === 'holm');
  const supports = holm(family.map((r) => r.support ?? 1));
  const opposes = holm(family.map((r) => r.oppose ?? 1));
  return raw.map((r) => {
    const at = family.indexOf(r);
    const corrected = at < 0 || r.support === undefined ? r : { ...r, support: supports[at], oppose: opposes[at] };
    return conclude(corrected, family.length);
  });
}

/** Whether the study's claims let a program go on: true where none failed and none is undecided. */
export function allPass(results: readonly ClaimResult[]): boolean {
  return results.every((r) => r.verdict === 'pass');
}

function checkLevel({ expect, p, span }: ClaimSpec): void {
  if (p !== undefined && !(p > 0 && p < 1)) throw new DiagnosticError([badLevel(expect, p, span)]);
}

function withPValues(spec: ClaimSpec, comparisons: readonly ComparisonResult[]): Raw {
  if (comparisons.some((c) => c.support === undefined || c.oppose === undefined)) return { spec, comparisons };
  const support = Math.max(...comparisons.map((c) => c.support ?? 1));
  const oppose = Math.min(1, comparisons.length * Math.min(...comparisons.map((c) => c.oppose ?? 1)));
  return { spec, comparisons, support, oppose };
}

function conclude({ spec, comparisons, support, oppose }: Raw, familySize: number): ClaimResult {
  const { expect, p, correct } = spec;
  const notes = [...new Set(comparisons.flatMap((c) => c.notes))];
  const base = { expect, ...(p !== undefined && { p }), ...(correct && { correct }), comparisons };
  if (comparisons.some((c) => c.mean === undefined)) return { ...base, verdict: 'undecided', notes };
  if (p === undefined || support === undefined || oppose === undefined) {
    const untested = p === undefined && support !== undefined ? ['no p asked for: the means are compared, no evidence'] : [];
    return { ...base, verdict: comparisons.every(meansHold) ? 'pass' : 'fail', notes: [...notes, ...untested] };
  }
  const verdict: Verdict = support < p ? 'pass' : oppose < p ? 'fail' : 'undecided';
  const corrected = correct && familySize > 1 ? [`corrected by Holm over ${familySize} claims`] : [];
  const outlook = verdict === 'undecided' ? seedsNote(comparisons, p) : [];
  return { ...base, verdict, support, oppose, notes: [...notes, ...corrected, ...outlook] };
}

function meansHold({ op, mean = NaN }: ComparisonResult): boolean {
  if (op === '>') return mean > 0;
  if (op === '<') return mean < 0;
  return op === '>=' ? mean >= 0 : mean <= 0;
}

/** How many seeds the effect that was seen would need, where it points the way claimed and a study could afford them. */
function seedsNote(comparisons: readonly ComparisonResult[], level: number): string[] {
  const needs = comparisons.map((c) => {
    const effect = (c.op.startsWith('>') ? 1 : -1) * (c.effect ?? 0);
    if (!Number.isFinite(effect) || effect <= 0 || pairedPower(effect, 1000, { level }) < 0.8) return undefined;
    return seedsForEffect(effect, { level, most: 1000 });
  });
  if (needs.some((n) => n === undefined)) return [];
  return [`were the effect as large as seen here, about ${Math.max(...needs.map((n) => n ?? 0))} seeds would decide with power 0.8`];
}
