import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { evaluate, isDim, type Value } from '../expression/evaluate.ts';
import { ExpressionError, parseExpression } from '../expression/parse.ts';
import { dimText, isConcrete } from '../shape/dim.ts';
import type { Data, Tree } from '../source/tree.ts';
import { isMissing, knownNames, lookUpName, visibleNames, type Scope } from './scope.ts';
import { isGraphValue, type NamedValue } from './values.ts';

const NAME = /^\$([A-Za-z_][\w]*(?:-[\w]+)*(?:\.[A-Za-z_][\w]*(?:-[\w]+)*)*)$/;
const INSIDE = /\$\$|\$\(|\$([A-Za-z_]\w*(?:-\w+)*(?:\.[A-Za-z_]\w*(?:-\w+)*)*)/g;

/** The value of a tree in a scope: every `$name` and `$( … )` in it replaced. */
export function evaluateTree(tree: Tree, scope: Scope): NamedValue {
  if (tree.kind === 'scalar') return typeof tree.value === 'string' ? evaluateText(tree.value, tree.span, scope) : tree.value;
  if (tree.kind === 'list') return tree.items.map((item) => evaluateTree(item, scope)) as Value;
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, evaluateTree(entry.value, scope)])) as Value;
}

/** A whole `$name` or `$( … )` keeps its type; names inside a longer text are written into it. */
export function evaluateText(text: string, span: Span, scope: Scope): NamedValue {
  if (!text.includes('$')) return text;
  const name = NAME.exec(text);
  if (name) return evaluateExpression(name[1], span, scope, 1);
  if (text.startsWith('$(') && closing(text, 1) === text.length - 1) return evaluateExpression(text.slice(2, -1), span, scope, 2);
  return interpolate(text, span, scope);
}

function interpolate(text: string, span: Span, scope: Scope): string {
  let out = '';
  let at = 0;
  INSIDE.lastIndex = 0;
  for (let match = INSIDE.exec(text); match; match = INSIDE.exec(text)) {
    out += text.slice(at, match.index);
    if (match[0] === '$$') {
      out += '$';
      at = match.index + 2;
      continue;
    }
    const end = match[0] === '$(' ? closing(text, match.index + 1) : match.index + match[0].length;
    if (end < 0) throw failure('expression/unclosed', 'expected ")" to close "$("', span);
    const inner = match[0] === '$(' ? text.slice(match.index + 2, end) : match[1];
    out += written(evaluateExpression(inner, span, scope, match.index + 1), span);
    at = INSIDE.lastIndex = match[0] === '$(' ? end + 1 : end;
  }
  return out + text.slice(at);
}

function written(value: NamedValue, span: Span): string {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (isDim(value)) {
    if (isConcrete(value)) return String(value);
    throw failure('expression/symbolic', `${dimText(value)} has no number yet and cannot be written into a text`, span);
  }
  throw failure('expression/type', 'a list or record cannot be written into a text', span);
}

/** Index of the parenthesis that closes the one at `open`, or -1. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth += 1;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function evaluateExpression(text: string, span: Span, scope: Scope, offset: number): NamedValue {
  try {
    return evaluate(parseExpression(text), {
      // Graph values pass through opaque: only whole references hand them on.
      lookup: (name) => lookUpName(scope, name) as Value | undefined,
      known: () => knownNames(scope),
      given: (name) => !isMissing(scope, name),
    });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw failure('expression/invalid', error.message, columnAt(span, error.at + offset), tensorHint(text, scope) ?? error.hint);
  }
}

/** `$x` of a tensor: "$" reads values only. */
function tensorHint(text: string, scope: Scope): string | undefined {
  if (!/^[A-Za-z_][\w-]*$/.test(text) || lookUpName(scope, text) !== undefined || scope.inputs === undefined) return undefined;
  return visibleNames(scope).includes(text) ? `"${text}" is a tensor: write ${text} without "$"` : undefined;
}

/** The column inside a one-line plain scalar; quotes and folding make it the scalar's start. */
function columnAt(span: Span, offset: number): Span {
  return span.line === span.endLine && span.endColumn - span.column > offset ? { ...span, column: span.column + offset } : span;
}

/** Plain data of an evaluated tree; graph values are refused. */
export function asData(value: NamedValue, span: Span): Data {
  if (isGraphValue(value)) throw failure('expression/type', 'a graph cannot stand here', span);
  return value as Data;
}

export function asText(tree: Tree, scope: Scope, what: string): string {
  const value = evaluateTree(tree, scope);
  if (typeof value === 'string') return value;
  throw failure('normalize/text', `${what} is a text, received ${isDim(value) ? dimText(value) : 'something else'}`, tree.span);
}
