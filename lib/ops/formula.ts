import { tf } from '../engine/tf.ts';
import { namesIn } from '../expression/names.ts';
import { ExpressionError, parseExpression, type Expression } from '../expression/parse.ts';
import { defineOp } from '../registry/op.ts';
import { FORMULA_FUNCTIONS } from './formula/functions.ts';
import { checkFormula, runFormula } from './formula/run.ts';
import { commonShape } from './shared/shapes.ts';

export const formula = defineOp({
  name: 'formula',
  doc:
    'Pointwise arithmetic over named inputs of equal shape (an axis of explicit size 1 is repeated): + - * /, comparisons, and, or, not, and '
    + `the functions ${Object.keys(FORMULA_FUNCTIONS).join(', ')}. A comparison gives 1 or 0.`,
  attrs: {
    expr: { type: 'string', description: 'The expression over the ports\' names, such as m * a + (1 - m) * b. A minus has spaces around it.' },
  },
  inputs: 'named',
  shape: (a, inputs, names) => {
    checked(a.expr, names);
    return [commonShape(inputs)];
  },
  dtypes: () => ['float32'],
  build: (a, names) => {
    const expression = checked(a.expr, names);
    return (inputs) => {
      const value = runFormula(expression, new Map(names.map((name, i) => [name, inputs[i]])));
      const tensor = typeof value === 'number' ? tf.scalar(value) : value;
      return [tensor.dtype === 'float32' ? tf.clone(tensor) : tf.cast(tensor, 'float32')];
    };
  },
  traits: { rows: 'each' },
  examples: [
    { attrs: { expr: 'm * a + (1 - m) * b' }, names: ['m', 'a', 'b'], in: [['N', 'H', 'W', 1], ['N', 'H', 'W', 3], ['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] },
    { attrs: { expr: 'abs(a - b) / (abs(a) + 1)' }, names: ['a', 'b'], in: [['N', 4], ['N', 4]], out: [['N', 4]] },
    { attrs: { expr: '-log(sigmoid(x)) + softplus(-x) + relu(x) * 0.5' }, names: ['x'], in: [[2, 5]], out: [[2, 5]] },
    { attrs: { expr: 'sqrt(x) + log(x) + pow(x, 3) + pow(x, 2) + square(x) - exp(-x)' }, names: ['x'], in: [[2, 5]], out: [[2, 5]], values: ['positive'] },
    { attrs: { expr: 'max(0, 1 - a) + min(a, b, 2) + clip(a, -1, 0.5)' }, names: ['a', 'b'], in: [[3, 4], [3, 4]], out: [[3, 4]] },
    { attrs: { expr: 'where(a > 0 and not (b < -0.5), a * b, tanh(b))' }, names: ['a', 'b'], in: [[3, 4], [3, 1]], out: [[3, 4]] },
    { attrs: { expr: 'sin(x) * cos(x) + sign(x) + floor(x)' }, names: ['x'], in: [[3, 4]], out: [[3, 4]] },
    { attrs: { expr: 'a >= b' }, names: ['a', 'b'], in: [[3, 4], [3, 4]], out: [[3, 4]] },
  ],
});

function checked(text: string, names: readonly string[]): Expression {
  const expression = parseExpression(text);
  checkFormula(expression, names);
  const used = namesIn(expression);
  const unused = names.find((name) => !used.includes(name));
  if (unused !== undefined) throw new ExpressionError(`the input "${unused}" is not used`, 0);
  if (names.length === 0) throw new ExpressionError('a formula needs at least one input', 0);
  return expression;
}
