import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../lib/diagnostics/diagnostic.ts';
import { diagnosticsData, renderDiagnostics, wantsColour } from '../../lib/diagnostics/render.ts';

const span = { file: '/project/a.yaml', line: 2, column: 12, endLine: 2, endColumn: 17 };
const unknown: Diagnostic = {
  code: 'schema/unknown-op', severity: 'error', message: 'there is no op "con2d"', span, hint: 'did you mean "conv2d"?',
  notes: [{ message: 'called here', span: { ...span, file: '/project/b.yaml', line: 7, column: 3 } }],
};
const source = (file: string): string | undefined => (file === '/project/a.yaml' ? 'nodes:\n  x: { op: con2d }\n' : undefined);
const plain = { cwd: '/project', colour: false, source };

test('a diagnostic shows its place, its line, a caret under what is meant, hint and notes', () => {
  assert.equal(renderDiagnostics([unknown], plain), [
    'a.yaml:2:12: error: there is no op "con2d"', '2 |   x: { op: con2d }', '  |            ^^^^^', '  = hint: did you mean "conv2d"?', '  = note: called here (b.yaml:7:3)', '',
  ].join('\n'));
});

test('a span of several lines is underlined to the end of its first', () => {
  const text = renderDiagnostics([{ ...unknown, hint: undefined, notes: [], span: { ...span, column: 3, endLine: 3, endColumn: 1 } } as Diagnostic], plain);
  assert.match(text, /\n {2}\| {3}\^{16}\n$/);
});

test('an option has no line and no frame, a file that is gone has no frame', () => {
  const at = (file: string): string => renderDiagnostics([{ code: 'x', severity: 'warning', message: 'm', span: { ...span, file } }], plain);
  assert.equal(at('--set'), '--set: warning: m\n');
  assert.equal(at('/elsewhere/c.yaml'), '/elsewhere/c.yaml:2:12: warning: m\n');
});

test('a long line is cut around the caret', () => {
  const long = `${'a'.repeat(500)}BAD${'b'.repeat(500)}`;
  const text = renderDiagnostics([{ code: 'x', severity: 'error', message: 'm', span: { ...span, line: 1, column: 501, endLine: 1, endColumn: 504 } }], { ...plain, source: () => long });
  const [, code, caret] = text.split('\n');
  assert.ok(code.length < 200);
  assert.equal(code.indexOf('BAD'), caret.indexOf('^^^'));
});

test('colours obey NO_COLOR, FORCE_COLOR and the terminal', () => {
  assert.deepEqual([wantsColour({}, true), wantsColour({}, false), wantsColour({ NO_COLOR: '1' }, true), wantsColour({ FORCE_COLOR: '1' }, false), wantsColour({ TERM: 'dumb' }, true)], [true, false, false, true, false]);
  // eslint-disable-next-line no-control-regex
  assert.match(renderDiagnostics([unknown], { ...plain, colour: true }), /\u001b\[31m/);
});

test('as data, files are relative too', () => {
  const [data] = diagnosticsData([unknown], '/project');
  assert.equal(data.span?.file, 'a.yaml');
  assert.equal(data.notes?.[0].span?.file, 'b.yaml');
});
