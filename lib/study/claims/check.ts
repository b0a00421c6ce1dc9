import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import type { Expression, ParsedClaim } from './claim.ts';
import { unknownMetric, unknownVariant } from './messages.ts';
import { metricsOf, parseClaim } from './parse.ts';
import type { ClaimNames } from './parse.ts';

type Reference = Extract<Expression, { kind: 'metric' }>;

/** The parsed claim, every name of which exists; a DiagnosticError that lists all unknown names otherwise, each with its nearest. */
export function checkClaim(text: string, names: ClaimNames, origin?: Span): ParsedClaim {
  const claim = parseClaim(text, names, origin);
  const problems = claim.comparisons.flatMap(metricsOf).flatMap((r) => problemsOf(r, text, names, origin));
  if (problems.length > 0) throw new DiagnosticError(problems);
  return claim;
}

function problemsOf(reference: Reference, text: string, names: ClaimNames, origin: Span | undefined): Diagnostic[] {
  const { variant, metric, column } = reference;
  const problems: Diagnostic[] = [];
  const at = origin && { origin };
  if (!names.variants.includes(variant)) {
    const hint = gluedHint(`${variant}.${metric}`, names);
    problems.push(unknownVariant({ text, column, length: variant.length, ...at }, variant, names.variants, hint));
    if (hint !== undefined) return problems;
  }
  if (!names.metrics.includes(metric)) {
    problems.push(unknownMetric({ text, column: column + variant.length + 1, length: metric.length, ...at }, metric, names.metrics));
  }
  return problems;
}

/** `full.csim-none.csim` reads as one name: where a sign splits it into two that exist, say so. */
function gluedHint(word: string, names: ClaimNames): string | undefined {
  for (let i = 1; i < word.length; i++) {
    if (word[i] !== '-' && word[i] !== '+') continue;
    const [left, right] = [word.slice(0, i), word.slice(i + 1)];
    const known = (name: string): boolean => {
      const dot = name.lastIndexOf('.');
      return names.variants.includes(name.slice(0, dot)) && names.metrics.includes(name.slice(dot + 1));
    };
    if (known(left) && known(right)) return `put spaces around the ${word[i] === '-' ? 'minus' : 'plus'}: "${left} ${word[i]} ${right}"`;
  }
  return undefined;
}
