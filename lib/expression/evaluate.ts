import { suggestion } from '../diagnostics/nearest.ts';
import { addDims, ceilDivide, dimText, floorDivide, isConcrete, multiplyDims, subtractDims, type Dim } from '../shape/dim.ts';
import { compareDims } from '../shape/shape.ts';
import { ExpressionError, type BinaryOp, type Expression } from './parse.ts';

/** What an expression can hold: data of a YAML file, symbolic dimensions, and opaque objects such as graphs. */
export type Value = number | string | boolean | Dim | readonly Value[] | { readonly [key: string]: unknown };

export type Lookup = (name: string) => Value | undefined;

export interface EvaluateOptions {
  readonly lookup: Lookup;
  /** Known names, for the hint of an unknown one. */
  readonly known: () => Iterable<string>;
  /** `given(port)`: whether an optional input was given. */
  readonly given?: (name: string) => boolean;
}

/** The value of an expression over numbers, texts, booleans and symbolic dimensions; throws `ExpressionError`. */
export function evaluate(e: Expression, options: EvaluateOptions): Value {
  switch (e.kind) {
    case 'literal': return e.value;
    case 'name': return lookUp(e, options);
    case 'field': return field(e, evaluate(e.of, options));
    case 'unary': return unary(e.op, evaluate(e.of, options));
    case 'binary': return binary(e, options);
    case 'call': return call(e, options);
  }
}

export function isDim(v: unknown): v is Dim {
  return typeof v === 'number' || (typeof v === 'object' && v !== null && 'terms' in v && 'key' in v);
}

function lookUp(e: Extract<Expression, { kind: 'name' }>, options: EvaluateOptions): Value {
  const value = options.lookup(e.name);
  if (value !== undefined) return value;
  throw new ExpressionError(`there is no param or dimension "${e.name}"`, e.at, splitHint(e.name, options) ?? suggestion(e.name, options.known()));
}

/** `depth-1` reads as one name: says so when its parts are known. */
function splitHint(name: string, options: EvaluateOptions): string | undefined {
  const [head, ...rest] = name.split('-');
  if (rest.length === 0 || options.lookup(head) === undefined) return undefined;
  return `"${name}" is one name; a difference has spaces: ${head} - ${rest.join('-')}`;
}

function field(e: Extract<Expression, { kind: 'field' }>, of: Value): Value {
  if (typeof of === 'object' && of !== null && !Array.isArray(of) && !isDim(of) && Object.hasOwn(of, e.field)) {
    return (of as Record<string, Value>)[e.field];
  }
  const keys = typeof of === 'object' && of !== null && !isDim(of) ? Object.keys(of) : [];
  throw new ExpressionError(`there is no field "${e.field}"`, e.at, suggestion(e.field, keys));
}

function unary(op: '-' | 'not', of: Value): Value {
  if (op === 'not') return !truth(of, 0);
  return multiplyNumbers(-1, of, 0);
}

function binary(e: Extract<Expression, { kind: 'binary' }>, options: EvaluateOptions): Value {
  const left = evaluate(e.left, options);
  if (e.op === 'and') return truth(left, e.at) && truth(evaluate(e.right, options), e.at);
  if (e.op === 'or') return truth(left, e.at) || truth(evaluate(e.right, options), e.at);
  const right = evaluate(e.right, options);
  if (e.op === '==' || e.op === '!=') return equal(left, right, e.at) === (e.op === '==');
  if (e.op === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  return arithmetic(e.op, numeric(left, e.at), numeric(right, e.at), e.at);
}

function equal(left: Value, right: Value, at: number): boolean {
  if (!isDim(left) || !isDim(right)) return left === right;
  if (isConcrete(left) && isConcrete(right)) return left === right;
  const agreement = compareDims(left, right);
  if (agreement === 'assumed') {
    throw new ExpressionError(`whether ${dimText(left)} equals ${dimText(right)} depends on the input's size`, at);
  }
  return agreement === 'equal';
}

function arithmetic(op: BinaryOp, left: Dim, right: Dim, at: number): Value {
  switch (op) {
    case '+': return isConcrete(left) && isConcrete(right) ? left + right : addDims(left, right);
    case '-': return isConcrete(left) && isConcrete(right) ? left - right : subtractDims(left, right);
    case '*': return multiplyNumbers(left, right, at);
    case '/': return divide(left, right, at);
    case '%': return both(op, left, right, at, (a, b) => a % b);
    case '<': return both(op, left, right, at, (a, b) => a < b);
    case '<=': return both(op, left, right, at, (a, b) => a <= b);
    case '>': return both(op, left, right, at, (a, b) => a > b);
    default: return both(op, left, right, at, (a, b) => a >= b);
  }
}

function both<T extends number | boolean>(op: string, a: Dim, b: Dim, at: number, f: (a: number, b: number) => T): T {
  if (isConcrete(a) && isConcrete(b)) return f(a, b);
  throw new ExpressionError(`"${op}" needs numbers, but ${dimText(isConcrete(a) ? b : a)} is known only when the input's size is`, at);
}

function multiplyNumbers(left: Dim, right: Value, at: number): Value {
  const r = numeric(right, at);
  return isConcrete(left) && isConcrete(r) ? left * r : multiplyDims(left, r);
}

function divide(left: Dim, right: Dim, at: number): Value {
  if (!isConcrete(right)) throw new ExpressionError(`a dimension can be divided by a number, not by ${dimText(right)}`, at);
  if (right === 0) throw new ExpressionError('division by zero', at);
  if (isConcrete(left)) return left / right;
  if (!Number.isInteger(right) || right < 1) throw new ExpressionError(`${dimText(left)} can be divided by a positive integer`, at);
  return floorDivide(left, right);
}

function call(e: Extract<Expression, { kind: 'call' }>, options: EvaluateOptions): Value {
  if (e.name === 'given') return given(e, options);
  if (e.name === 'if') {
    arity(e, 3, 3);
    return evaluate(truth(evaluate(e.args[0], options), e.at) ? e.args[1] : e.args[2], options);
  }
  const f = FUNCTIONS[e.name];
  if (f === undefined) {
    throw new ExpressionError(`unknown function "${e.name}"`, e.at, suggestion(e.name, ['if', 'given', ...Object.keys(FUNCTIONS)]));
  }
  arity(e, f.least, f.most);
  return f.run(e.args.map((a) => evaluate(a, options)), e.at);
}

function given(e: Extract<Expression, { kind: 'call' }>, options: EvaluateOptions): boolean {
  const [port] = e.args;
  if (e.args.length !== 1 || port.kind !== 'name') throw new ExpressionError('given() takes the name of one optional input', e.at);
  if (options.given === undefined) throw new ExpressionError('given() works inside a graph with inputs', e.at);
  return options.given(port.name);
}

interface ExpressionFunction {
  readonly least: number;
  readonly most: number;
  readonly run: (args: readonly Value[], at: number) => Value;
}

const numbers = (args: readonly Value[], at: number): number[] =>
  args.map((a) => {
    const n = numeric(a, at);
    if (!isConcrete(n)) throw new ExpressionError(`${dimText(n)} is known only when the input's size is`, at);
    return n;
  });

const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  min: { least: 1, most: 99, run: (a, at) => Math.min(...numbers(a, at)) },
  max: { least: 1, most: 99, run: (a, at) => Math.max(...numbers(a, at)) },
  floor: { least: 1, most: 1, run: ([a], at) => whole(a, at, Math.floor) },
  ceil: { least: 1, most: 1, run: ([a], at) => whole(a, at, Math.ceil) },
  round: { least: 1, most: 1, run: (a, at) => Math.round(numbers(a, at)[0]) },
  sqrt: { least: 1, most: 1, run: (a, at) => Math.sqrt(numbers(a, at)[0]) },
  log2: { least: 1, most: 1, run: (a, at) => Math.log2(numbers(a, at)[0]) },
  pow: { least: 2, most: 2, run: (a, at) => numbers(a, at).reduce((x, n) => x ** n) },
  'ceil-divide': { least: 2, most: 2, run: ([a, b], at) => ceilDivide(numeric(a, at), numbers([b], at)[0]) },
  concat: { least: 1, most: 99, run: (a) => a.map(String).join('') },
  length: { least: 1, most: 1, run: ([a], at) => lengthOf(a, at) },
  item: { least: 2, most: 2, run: ([list, i], at) => itemOf(list, numbers([i], at)[0], at) },
};

function whole(a: Value, at: number, f: (x: number) => number): Value {
  const n = numeric(a, at);
  return isConcrete(n) ? f(n) : n;
}

function lengthOf(a: Value, at: number): number {
  if (Array.isArray(a) || typeof a === 'string') return a.length;
  throw new ExpressionError('length() takes a list or a text', at);
}

function itemOf(list: Value, i: number, at: number): Value {
  if (!Array.isArray(list)) throw new ExpressionError('item() takes a list and an index', at);
  const index = i < 0 ? list.length + i : i;
  if (list[index] === undefined) throw new ExpressionError(`the list has ${list.length} items; there is no item ${i}`, at);
  return list[index];
}

function arity(e: Extract<Expression, { kind: 'call' }>, least: number, most: number): void {
  if (e.args.length >= least && e.args.length <= most) return;
  const wanted = least === most ? `${least}` : `at least ${least}`;
  throw new ExpressionError(`${e.name}() takes ${wanted} arguments, received ${e.args.length}`, e.at);
}

function truth(v: Value, at: number): boolean {
  if (typeof v === 'boolean') return v;
  throw new ExpressionError(`expected true or false, received ${describe(v)}`, at);
}

function numeric(v: Value, at: number): Dim {
  if (isDim(v)) return v;
  throw new ExpressionError(`expected a number, received ${describe(v)}`, at);
}

function describe(v: Value): string {
  if (isDim(v)) return dimText(v);
  return typeof v === 'object' ? (Array.isArray(v) ? 'a list' : 'a record') : JSON.stringify(v);
}
