import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { parseSource } from '../../lib/source/parse.ts';
import { formatPointer, locate, parsePointer } from '../../lib/source/pointer.ts';
import { fromData, toData, type Data } from '../../lib/source/tree.ts';

const errorOf = (text: string): string => {
  try {
    parseSource(text, 'f.yaml');
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return 'no error';
};

test('values and places', () => {
  const tree = parseSource('a: 1e-4\nb: [x, "yes", no, 3]\nc:\n  d: true\n', 'f.yaml');
  assert.deepEqual(toData(tree), { a: 0.0001, b: ['x', 'yes', 'no', 3], c: { d: true } });
  const at = locate(tree, '/c/d')?.span;
  assert.deepEqual([at?.line, at?.column], [4, 6]);
});

test('what is refused, where, and what to do', () => {
  const cases: readonly [string, RegExp][] = [
    ['', /1:1.*empty/], ['a: 1\na: 2', /2:1.*written twice/], ['\ta: 1', /1:1.*tab.*use spaces/], ['a:\n\tb: 1', /2:1.*tab/], ['a: { expr: max(0, d) }', /1:\d+.*no value.*quotes/],
    ['x: {id:x}', /space after the colon/], ['<<: 3', /merge key.*extends/], ['a: *z', /alias/], ['a: !!js/function "x"', /1:4/], ['a:', /no value/], ['a: .nan', /not a finite number/],
    ['a: 1\n---\nb: 2', /multiple documents/], ['__proto__: 1', /cannot be a name/], ['['.repeat(5000), /nest 64 deep/], ['a: &a [*a]', /nest|alias|many/i],
  ];
  for (const [text, message] of cases) assert.match(errorOf(text), message, JSON.stringify(text.slice(0, 30)));
});

test('an alias bomb is refused before it costs memory', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`)].join('\n');
  const before = process.memoryUsage().heapUsed;
  assert.match(errorOf(bomb), /200,000 values/);
  assert.ok(process.memoryUsage().heapUsed - before < 500e6);
});

test('pointers and data go there and back', () => {
  fc.assert(fc.property(fc.array(fc.string()), (parts) => assert.deepEqual(parsePointer(formatPointer(parts)), parts)));
  const span = { file: 'f', line: 1, column: 1, endLine: 1, endColumn: 1 };
  const data = { a: [1, 'x', { b: true }], c: 0.5 } satisfies Data;
  assert.deepEqual(toData(fromData(data, span)), data);
});
