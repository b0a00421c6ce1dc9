/** The expression language of `$( … )` and of the `formula` op: arithmetic, comparison, logic, calls, and `record.field`. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: number | string | boolean }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'field'; readonly of: Expression; readonly field: string; readonly at: number }
  | { readonly kind: 'unary'; readonly op: '-' | 'not'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expression; readonly right: Expression; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly at: number };

export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

/** A mistake in an expression; `at` is the offset of the offending character. */
export class ExpressionError extends Error {
  readonly at: number;
  readonly hint: string | undefined;

  constructor(message: string, at: number, hint?: string) {
    super(message);
    this.name = 'ExpressionError';
    this.at = at;
    this.hint = hint;
  }
}

interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'operator' | 'end';
  readonly text: string;
  readonly at: number;
}

// A hyphen belongs to a name when a letter or digit touches it on both sides: `depth-1` is a name, `depth - 1` a difference.
const TOKEN = /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|'([^']*)'|"([^"]*)"|([A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*)|(==|!=|<=|>=|[-+*/%()<>,.^]))/y;
const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1, and: 2, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '%': 5,
};
const MAX_LENGTH = 2000;
const MAX_DEPTH = 60;

/** Parses `text`; throws `ExpressionError`. */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) throw new ExpressionError(`an expression may have ${MAX_LENGTH} characters, this one has ${text.length}`, 0);
  return new Parser(tokenize(text)).parse();
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw unexpectedCharacter(text, from);
    tokens.push(tokenOf(match, TOKEN.lastIndex));
  }
  return [...tokens, { kind: 'end', text: 'the end', at: text.length }];
}

function tokenOf(match: RegExpExecArray, end: number): Token {
  const [, number, single, double, name, operator] = match;
  const text = number ?? single ?? double ?? name ?? operator;
  const kind = number !== undefined ? 'number' : (single ?? double) !== undefined ? 'string' : name !== undefined ? 'name' : 'operator';
  return { kind, text, at: end - text.length };
}

function unexpectedCharacter(text: string, from: number): ExpressionError {
  const at = from + (text.slice(from).length - text.slice(from).trimStart().length);
  const hint = text[at] === '=' ? 'equality is written ==' : text[at] === '&' ? 'write "and"' : text[at] === '|' ? 'write "or"' : undefined;
  return new ExpressionError(`unexpected character "${text[at]}"`, at, hint);
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const out = this.#binary(0);
    const rest = this.#peek();
    if (rest.kind !== 'end') throw new ExpressionError(`expected an operator or the end, received "${rest.text}"`, rest.at, minusHint(rest));
    return out;
  }

  #binary(minimum: number): Expression {
    if (++this.#depth > MAX_DEPTH) throw new ExpressionError(`an expression may nest ${MAX_DEPTH} deep`, this.#peek().at);
    let left = this.#unary();
    for (;;) {
      const token = this.#peek();
      const precedence = token.kind === 'operator' || token.kind === 'name' ? PRECEDENCE[token.text] : undefined;
      if (precedence === undefined || precedence <= minimum) break;
      this.#next += 1;
      left = { kind: 'binary', op: token.text as BinaryOp, left, right: this.#binary(precedence), at: token.at };
    }
    this.#depth -= 1;
    return left;
  }

  #unary(): Expression {
    const token = this.#peek();
    const sign = token.kind === 'operator' && token.text === '-' ? '-' : token.kind === 'name' && token.text === 'not' ? 'not' : undefined;
    if (sign === undefined) return this.#postfix(this.#primary());
    this.#next += 1;
    if (++this.#depth > MAX_DEPTH) throw new ExpressionError(`an expression may nest ${MAX_DEPTH} deep`, token.at);
    const of = sign === 'not' ? this.#binary(PRECEDENCE.and) : this.#unary();
    this.#depth -= 1;
    return { kind: 'unary', op: sign, of };
  }

  #postfix(start: Expression): Expression {
    let out = start;
    while (this.#accept('.')) {
      const field = this.#take();
      if (field.kind !== 'name') throw new ExpressionError(`expected a field name after ".", received "${field.text}"`, field.at);
      out = { kind: 'field', of: out, field: field.text, at: field.at };
    }
    return out;
  }

  #primary(): Expression {
    const token = this.#take();
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'name') return this.#nameOrCall(token);
    if (token.text === '(' && token.kind === 'operator') {
      const inner = this.#binary(0);
      this.#expect(')');
      return inner;
    }
    throw new ExpressionError(`expected a value, received ${token.kind === 'end' ? 'the end' : `"${token.text}"`}`, token.at, powerHint(token));
  }

  #nameOrCall(token: Token): Expression {
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
    if (!this.#accept('(')) return { kind: 'name', name: token.text, at: token.at };
    const args: Expression[] = [];
    if (!this.#accept(')')) {
      do args.push(this.#binary(0));
      while (this.#accept(','));
      this.#expect(')');
    }
    return { kind: 'call', name: token.text, args, at: token.at };
  }

  #peek(): Token {
    return this.#tokens[this.#next];
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #accept(text: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'operator' || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(text: string): void {
    const token = this.#peek();
    if (!this.#accept(text)) throw new ExpressionError(`expected "${text}", received ${token.kind === 'end' ? 'the end' : `"${token.text}"`}`, token.at);
  }
}

const minusHint = (t: Token): string | undefined => (t.kind === 'number' ? 'a minus has a space on both sides' : undefined);
const powerHint = (t: Token): string | undefined => (t.text === '^' || t.text === '*' ? 'a power is written pow(x, n)' : undefined);
