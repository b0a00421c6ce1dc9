import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { nearest, suggestion } from '../../diagnostics/nearest.ts';

/** Where in which claim a message belongs: the text, the column in it (from 1), and where the text stands in a file. */
export interface ClaimPlace {
  readonly text: string;
  readonly column: number;
  readonly length: number;
  readonly origin?: Span;
}

/** `expected X, received Y` at a column of a claim. */
export function syntaxMessage(place: ClaimPlace, expected: string, received: string, hint?: string): Diagnostic {
  return build('claim-syntax', place, `expected ${expected}, received ${received}`, hint);
}

/** A `variant.metric` whose variant the study does not have. */
export function unknownVariant(place: ClaimPlace, name: string, known: readonly string[], hint?: string): Diagnostic {
  return build('claim-unknown-variant', place, `expected a variant of the study, received "${name}"`, hint ?? suggestion(name, known));
}

/** A `variant.metric` whose metric the study does not measure. */
export function unknownMetric(place: ClaimPlace, name: string, known: readonly string[]): Diagnostic {
  return build('claim-unknown-metric', place, `expected a metric of the study, received "${name}"`, suggestion(name, known));
}

/** A name without a dot: what it lacks, with the nearest thing that exists. */
export function bareName(place: ClaimPlace, name: string, variants: readonly string[], metrics: readonly string[]): Diagnostic {
  const isMetric = metrics.includes(name) || (nearest(name, metrics) !== undefined && !variants.includes(name));
  const variant = variants[0] ?? 'full';
  const metric = metrics[0] ?? 'csim';
  const example = isMetric ? `${variant}.${nearest(name, metrics) ?? name}` : `${nearest(name, variants) ?? variant}.${metric}`;
  return syntaxMessage(place, 'a number or variant.metric', `"${name}"`, `write for instance ${example}`);
}

/** A level that is no probability. */
export function badLevel(text: string, p: number, origin?: Span): Diagnostic {
  const message = `claim "${text}": expected p between 0 and 1, received ${p}`;
  return { code: 'claim-level', severity: 'error', message, ...(origin && { span: origin }), hint: 'p: 0.05 is customary' };
}

function build(code: string, place: ClaimPlace, message: string, hint: string | undefined): Diagnostic {
  const { text, column, length, origin } = place;
  const span = origin && { file: origin.file, line: origin.line, column: origin.column + column - 1, endLine: origin.line, endColumn: origin.column + column - 1 + length };
  return { code, severity: 'error', message: `claim "${text}", column ${column}: ${message}`, ...(span && { span }), ...(hint !== undefined && { hint }) };
}
