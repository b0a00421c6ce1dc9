import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluate, type Value } from '../../lib/expression/evaluate.ts';
import { ExpressionError, parseExpression } from '../../lib/expression/parse.ts';
import { dimText, symbol, type Dim } from '../../lib/shape/dim.ts';

const names: Readonly<Record<string, Value>> = { width: 8, depth: 3, norm: 'batch', on: true, C: symbol('C'), level: { channels: 4 }, widths: [1, 2, 4] };
const value = (text: string): Value => evaluate(parseExpression(text), { lookup: (n) => names[n], known: () => Object.keys(names), given: (n) => n === 'rgb' });

test('arithmetic, comparison, logic and calls', () => {
  const cases: readonly [string, Value][] = [
    ['2 * width + 1', 17], ['2 * (width + 1)', 18], ['-width + 1', -7], ['7 % 4', 3], ['width / 3', 8 / 3], ['depth - 1', 2], ['1e-4', 1e-4],
    ['width > 4 and not (depth == 3)', false], ["norm == 'batch' or false", true], ["if(on, 'a', 'b')", 'a'], ['min(3, 1, 2)', 1], ['max(3, depth)', 3],
    ['floor(7 / 2)', 3], ['ceil(7 / 2)', 4], ['level.channels', 4], ["concat('fuse-', norm)", 'fuse-batch'], ['length(widths)', 3], ['item(widths, -1)', 4],
    ['given(rgb)', true], ['given(mask)', false], ['pow(2, 10)', 1024],
  ];
  for (const [text, expected] of cases) assert.deepEqual(value(text), expected, text);
});

test('dimensions stay symbolic', () => {
  assert.equal(dimText(value('2 * C + 1') as Dim), '2*C+1');
  assert.equal(dimText(value('C / 4') as Dim), 'C/4');
  assert.equal(value('C == C'), true);
  assert.equal(value('C + 1 == C'), false);
});

test('mistakes say where and what to write', () => {
  const cases: readonly [string, RegExp, RegExp | undefined][] = [
    ['widht', /no param or dimension "widht"/, /did you mean "width"/], ['depth-1', /"depth-1"/, /depth - 1/], ['2 +', /expected a value, received the end/, undefined],
    ['a = 1', /unexpected character "="/, /==/], ['flor(2)', /unknown function/, /floor/], ['min()', /takes at least 1/, undefined], ['1 / 0', /division by zero/, undefined],
    ['on + 1', /expected a number, received true/, undefined], ['C > 3', /known only when/, undefined], ['2 ** 3', /expected a value/, /pow/], ['(1', /expected "\)"/, undefined],
  ];
  for (const [text, message, hint] of cases) {
    assert.throws(() => value(text), (e) => e instanceof ExpressionError && message.test(e.message) && (hint === undefined || hint.test(e.hint ?? '')), text);
  }
});

test('any text parses or gives an ExpressionError', () => {
  fc.assert(fc.property(fc.string({ maxLength: 60, unit: fc.constantFrom(...'ab1.-+*/%()<>=!, \'"$#') }), (text) => {
    try {
      parseExpression(text);
    } catch (error) {
      assert.ok(error instanceof ExpressionError, String(error));
    }
  }), { numRuns: 2000 });
  assert.throws(() => parseExpression('('.repeat(1000)), ExpressionError);
  assert.throws(() => parseExpression('-'.repeat(1000)), ExpressionError);
});
