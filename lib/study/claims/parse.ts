import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import type { Comparator, Comparison, Expression, ParsedClaim } from './claim.ts';
import { bareName, syntaxMessage } from './messages.ts';
import { tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Names that messages may suggest. */
export interface ClaimNames {
  readonly variants: readonly string[];
  readonly metrics: readonly string[];
}

const COMPARATORS: readonly string[] = ['>', '<', '>=', '<='];
const DEEPEST = 50;

/**
 * The claim in a text such as `full.csim - no-clip.csim > 0.02 and full.fid < 12`; a DiagnosticError with the column (and the place in
 * `origin`'s file) where it is not one. Names are not looked up here: see `checkClaim`.
 */
export function parseClaim(text: string, names: ClaimNames = { variants: [], metrics: [] }, origin?: Span): ParsedClaim {
  const reader = new Reader(text, names, origin);
  const comparisons = [readComparison(reader)];
  while (reader.takes('and')) comparisons.push(readComparison(reader));
  if (reader.peek().kind !== 'end') reader.fail('an operator, a comparison or `and`', hintAfter(reader.peek()));
  comparisons.forEach((c) => requireMetric(reader, c));
  return { text, comparisons };
}

/** Walks the tokens of one claim. */
class Reader {
  readonly text: string;
  readonly names: ClaimNames;
  readonly #origin: Span | undefined;
  readonly #tokens: readonly Token[];
  #at = 0;
  depth = 0;

  constructor(text: string, names: ClaimNames, origin: Span | undefined) {
    this.text = text;
    this.names = names;
    this.#origin = origin;
    this.#tokens = tokenize(text, origin);
  }

  peek(): Token {
    return this.#tokens[this.#at];
  }

  next(): Token {
    return this.#tokens[this.#at++];
  }

  takes(text: string): boolean {
    if (this.peek().kind === 'end' || this.peek().text !== text) return false;
    this.#at += 1;
    return true;
  }

  place(token: Token = this.peek()): { text: string; column: number; length: number; origin?: Span } {
    return { text: this.text, column: token.column, length: token.kind === 'end' ? 1 : token.text.length, ...(this.#origin && { origin: this.#origin }) };
  }

  fail(expected: string, hint?: string): never {
    const { kind, text } = this.peek();
    throw new DiagnosticError([syntaxMessage(this.place(), expected, kind === 'end' ? text : `"${text}"`, hint)]);
  }
}

function readComparison(reader: Reader): Comparison {
  const start = reader.peek().column;
  const left = readSum(reader);
  if (!COMPARATORS.includes(reader.peek().text)) reader.fail('a comparison (>, <, >=, <=)', hintAfter(reader.peek()));
  const op = reader.next().text as Comparator;
  const right = readSum(reader);
  if (COMPARATORS.includes(reader.peek().text)) reader.fail('`and` or the end', 'join two comparisons with `and`');
  return { text: reader.text.slice(start - 1, reader.peek().column - 1).trim(), left, op, right };
}

function readSum(reader: Reader): Expression {
  let left = readProduct(reader);
  for (;;) {
    const { text, column } = reader.peek();
    if (reader.peek().kind !== 'symbol' || (text !== '+' && text !== '-')) return left;
    reader.next();
    left = { kind: 'operation', op: text, left, right: readProduct(reader), column };
  }
}

function readProduct(reader: Reader): Expression {
  let left = readFactor(reader);
  for (;;) {
    const { text, column } = reader.peek();
    if (text !== '*' && text !== '/') return left;
    reader.next();
    left = { kind: 'operation', op: text, left, right: readFactor(reader), column };
  }
}

function readFactor(reader: Reader): Expression {
  const token = reader.peek();
  const { column } = token;
  if (++reader.depth > DEEPEST) reader.fail(`at most ${DEEPEST} nested parentheses and signs`);
  let read: Expression;
  if (reader.takes('(')) {
    read = readSum(reader);
    const comparing = COMPARATORS.includes(reader.peek().text) || reader.peek().text === 'and';
    if (!reader.takes(')')) reader.fail('")"', comparing ? 'comparisons stand without parentheses, joined by `and`' : undefined);
  } else if (reader.takes('-')) read = { kind: 'negate', of: readFactor(reader), column };
  else if (token.kind === 'number') read = { kind: 'number', value: Number(reader.next().text), column };
  else read = readName(reader);
  reader.depth -= 1;
  return read;
}

/** `variant.metric`; the last dot separates them, since a variant of a factorial study may have dots of its own. */
function readName(reader: Reader): Expression {
  const token = reader.peek();
  if (token.kind !== 'name' || token.text === 'and') reader.fail('a number or variant.metric');
  const dot = token.text.lastIndexOf('.');
  if (dot <= 0 || dot === token.text.length - 1) {
    throw new DiagnosticError([bareName(reader.place(), token.text, reader.names.variants, reader.names.metrics)]);
  }
  reader.next();
  return { kind: 'metric', variant: token.text.slice(0, dot), metric: token.text.slice(dot + 1), column: token.column };
}

/** What to do about a token that no grammar of claims has. */
function hintAfter(token: Token): string | undefined {
  if (['==', '=', '!=', '!'].includes(token.text)) return 'measured values are never proved equal: bound the difference, as in `a.x - b.x < 0.02 and b.x - a.x < 0.02`';
  if (/^[+-]/.test(token.text) && token.kind !== 'symbol') return `put spaces around the ${token.text[0] === '-' ? 'minus' : 'plus'}`;
  if (token.text === 'or') return 'claims have `and` only: state two claims';
  return undefined;
}

/** A comparison of constants is no claim about a study. */
function requireMetric(reader: Reader, comparison: Comparison): void {
  if (metricsOf(comparison).length > 0) return;
  const place = { ...reader.place(), column: comparison.left.column, length: comparison.text.length };
  throw new DiagnosticError([syntaxMessage(place, 'a comparison with a variant.metric in it', `"${comparison.text}"`)]);
}

/** Every `variant.metric` of a comparison, in reading order. */
export function metricsOf(comparison: Comparison): Extract<Expression, { kind: 'metric' }>[] {
  const visit = (e: Expression): Extract<Expression, { kind: 'metric' }>[] => {
    if (e.kind === 'metric') return [e];
    if (e.kind === 'negate') return visit(e.of);
    return e.kind === 'operation' ? [...visit(e.left), ...visit(e.right)] : [];
  };
  return [...visit(comparison.left), ...visit(comparison.right)];
}
