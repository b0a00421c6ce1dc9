import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { syntaxMessage } from './messages.ts';

/** A piece of a claim; `column` counts from 1. A `sign` sticks to the name after it, a `symbol` does not; `end` closes the list. */
export interface Token {
  readonly kind: 'number' | 'name' | 'symbol' | 'sign' | 'end';
  readonly text: string;
  readonly column: number;
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const SPACE = /\s+/y;
const SYMBOL = /[<>=!]=|[<>()*/=!]|[+-](?=\s|\()/y;
// Hyphens and pluses without spaces belong to names (`no-clip-vid`, `batch+text`), so that a minus needs its spaces.
const WORD = /[\p{L}\p{N}_.+-]+/uy;
const LONGEST = 2000;

/** The tokens of a claim's text; a DiagnosticError where a character belongs to none. */
export function tokenize(text: string, origin?: Span): Token[] {
  const fail = (column: number, length: number, expected: string, received: string, hint?: string): never => {
    throw new DiagnosticError([syntaxMessage({ text: text.slice(0, 120), column, length, ...(origin && { origin }) }, expected, received, hint)]);
  };
  if (text.length > LONGEST) fail(1, 1, `a claim of at most ${LONGEST} characters`, `${text.length} characters`);
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const match = (pattern: RegExp): string | undefined => {
      pattern.lastIndex = at;
      return pattern.exec(text)?.[0];
    };
    const space = match(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const piece = match(SYMBOL) ?? match(WORD);
    if (piece === undefined) return fail(at + 1, 1, 'a number, variant.metric or an operator', `"${text[at]}"`);
    tokens.push(...classify(piece, at + 1));
    at += piece.length;
  }
  return [...tokens, { kind: 'end', text: 'the end', column: text.length + 1 }];
}

/** A word is a number or a name; a sign in front of a name is a token of its own. */
function classify(piece: string, column: number): Token[] {
  if (NUMBER.test(piece)) return [{ kind: 'number', text: piece, column }];
  if (!/[\p{L}\p{N}_.]/u.test(piece)) return [{ kind: 'symbol', text: piece, column }];
  if (/^[+-]/.test(piece)) return [{ kind: 'sign', text: piece[0], column }, ...classify(piece.slice(1), column + 1)];
  return [{ kind: 'name', text: piece, column }];
}
