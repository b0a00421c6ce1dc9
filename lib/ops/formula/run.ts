import type { Tensor } from '@tensorflow/tfjs-core';
import { suggestion } from '../../diagnostics/nearest.ts';
import { tf } from '../../engine/tf.ts';
import { ExpressionError, type BinaryOp, type Expression } from '../../expression/parse.ts';
import { stopGradient } from '../kernels/stop-gradient.ts';
import { FORMULA_FUNCTIONS, type Operand } from './functions.ts';

/** The value of a checked formula on tensors; conditions are bool tensors. */
export function runFormula(e: Expression, ports: ReadonlyMap<string, Tensor>): Operand {
  switch (e.kind) {
    case 'literal': return e.value as number;
    case 'name': return ports.get(e.name) as Tensor;
    case 'unary': return e.op === 'not' ? tf.logicalNot(condition(runFormula(e.of, ports))) : negate(runFormula(e.of, ports));
    case 'binary': return binary(e.op, runFormula(e.left, ports), runFormula(e.right, ports));
    case 'call': return FORMULA_FUNCTIONS[e.name].run(...e.args.map((a) => runFormula(a, ports)));
    case 'field': throw new ExpressionError('a formula has no records', e.at);
  }
}

/** Throws `ExpressionError` for a name that is no port, an unknown function, a wrong number of arguments, or text. */
export function checkFormula(e: Expression, ports: readonly string[]): void {
  switch (e.kind) {
    case 'literal':
      if (typeof e.value !== 'number') throw new ExpressionError(`a formula works on numbers, received ${JSON.stringify(e.value)}`, 0);
      return;
    case 'name':
      if (!ports.includes(e.name)) throw new ExpressionError(`unknown input "${e.name}"`, e.at, suggestion(e.name, ports));
      return;
    case 'unary': return checkFormula(e.of, ports);
    case 'binary':
      if (e.op === '%') throw new ExpressionError('a formula has no "%"', e.at);
      checkFormula(e.left, ports);
      return checkFormula(e.right, ports);
    case 'call': return checkCall(e, ports);
    case 'field': throw new ExpressionError(`a formula has no records: "${e.field}" after a dot`, e.at);
  }
}

function checkCall(e: Extract<Expression, { kind: 'call' }>, ports: readonly string[]): void {
  const f = Object.hasOwn(FORMULA_FUNCTIONS, e.name) ? FORMULA_FUNCTIONS[e.name] : undefined;
  if (f === undefined) throw new ExpressionError(`unknown function "${e.name}"`, e.at, suggestion(e.name, Object.keys(FORMULA_FUNCTIONS)));
  if (e.args.length < f.least || e.args.length > f.most) {
    const wanted = f.least === f.most ? `${f.least}` : `${f.least} or more`;
    throw new ExpressionError(`${e.name}() takes ${wanted} arguments, received ${e.args.length}`, e.at);
  }
  for (const a of e.args) checkFormula(a, ports);
}

function negate(x: Operand): Operand {
  return typeof x === 'number' ? -x : tf.neg(x);
}

function binary(op: BinaryOp, a: Operand, b: Operand): Operand {
  if (typeof a === 'number' && typeof b === 'number' && Object.hasOwn(NUMBERS, op)) return NUMBERS[op](a, b);
  switch (op) {
    case '+': return tf.add(a, b);
    case '-': return tf.sub(a, b);
    case '*': return tf.mul(a, b);
    case '/': return tf.div(a, b);
    case '==': return tf.equal(fixed(a), fixed(b));
    case '!=': return tf.notEqual(fixed(a), fixed(b));
    case '<': return tf.less(fixed(a), fixed(b));
    case '<=': return tf.lessEqual(fixed(a), fixed(b));
    case '>': return tf.greater(fixed(a), fixed(b));
    case '>=': return tf.greaterEqual(fixed(a), fixed(b));
    case 'and': return tf.logicalAnd(condition(a), condition(b));
    case 'or': return tf.logicalOr(condition(a), condition(b));
    case '%': throw new ExpressionError('a formula has no "%"', 0);
  }
}

const NUMBERS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b,
};

function condition(x: Operand): Tensor {
  return tf.cast(fixed(x), 'bool');
}

/** Conditions have no gradient, and tfjs has none for most comparisons: the tape ends before them. */
function fixed(x: Operand): Tensor {
  return typeof x === 'number' ? tf.scalar(x) : stopGradient(x);
}
