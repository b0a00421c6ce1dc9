import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { absolute } from '../kernels/absolute.ts';
import { maximum, minimum, select } from '../kernels/bounds.ts';
import { relu } from '../kernels/rectify.ts';
import { exp, sigmoid, tanh } from '../kernels/smooth.ts';

/** A value inside a formula. */
export type Operand = Tensor | number;

export interface FormulaFunction {
  readonly least: number;
  readonly most: number;
  readonly doc: string;
  readonly run: (...args: Operand[]) => Tensor;
}

const one = (doc: string, f: (x: Tensor) => Tensor): FormulaFunction => ({ least: 1, most: 1, doc, run: (x) => f(asTensor(x)) });

/** What a formula can call, pointwise. */
export const FORMULA_FUNCTIONS: Readonly<Record<string, FormulaFunction>> = {
  abs: one('|x|', absolute),
  exp: one('e^x', exp),
  log: one('natural logarithm', (x) => tf.log(x)),
  sqrt: one('square root', (x) => tf.sqrt(x)),
  square: one('x * x', (x) => tf.square(x)),
  pow: { least: 2, most: 2, doc: 'pow(x, n)', run: (x, n) => (n === 2 ? tf.square(asTensor(x)) : tf.pow(asTensor(x), n)) },
  min: { least: 2, most: 99, doc: 'the least', run: (...all) => all.map(asTensor).reduce(minimum) },
  max: { least: 2, most: 99, doc: 'the greatest', run: (...all) => all.map(asTensor).reduce(maximum) },
  clip: { least: 3, most: 3, doc: 'clip(x, low, high)', run: (x, low, high) => minimum(maximum(asTensor(x), asTensor(low)), asTensor(high)) },
  sigmoid: one('1 / (1 + e^-x)', sigmoid),
  tanh: one('hyperbolic tangent', tanh),
  softplus: one('log(1 + e^x)', (x) => tf.softplus(x)),
  relu: one('max(x, 0)', relu),
  sign: one('-1, 0 or 1; its gradient is 0', (x) => tf.sign(x)),
  floor: one('rounded down; its gradient is 0', (x) => tf.floor(x)),
  sin: one('sine of radians', (x) => tf.sin(x)),
  cos: one('cosine of radians', (x) => tf.cos(x)),
  where: { least: 3, most: 3, doc: 'where(condition, a, b)', run: (c, a, b) => select(asTensor(c), asTensor(a), asTensor(b)) },
};

function asTensor(x: Operand): Tensor {
  return typeof x === 'number' ? tf.scalar(x) : x;
}
