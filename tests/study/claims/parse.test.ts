import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DiagnosticError } from '../../../lib/diagnostics/diagnostic.ts';
import type { Diagnostic } from '../../../lib/diagnostics/diagnostic.ts';
import { checkClaim } from '../../../lib/study/claims/check.ts';
import type { Expression } from '../../../lib/study/claims/claim.ts';
import { evaluate } from '../../../lib/study/claims/paired.ts';
import { parseClaim } from '../../../lib/study/claims/parse.ts';

const names = { variants: ['full', 'none', 'no-clip-vid', 'both.both', 'batch+text'], metrics: ['csim', 'pose-error', 'fid-50k'] };
const origin = { file: 'ablations/x.yaml', line: 7, column: 15, endLine: 7, endColumn: 60 };

function problems(text: string): readonly Diagnostic[] {
  try {
    checkClaim(text, names, origin);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  return assert.fail(`${text} was accepted`);
}

const show = (e: Expression): string => {
  if (e.kind === 'number') return String(e.value);
  if (e.kind === 'metric') return `${e.variant}:${e.metric}`;
  return e.kind === 'negate' ? `(-${show(e.of)})` : `(${show(e.left)} ${e.op} ${show(e.right)})`;
};
const shown = (text: string): string[] => parseClaim(text).comparisons.map((c) => `${show(c.left)} ${c.op} ${show(c.right)}`);

describe('claims that parse', () => {
  const cases: [string, string[]][] = [
    ['none.pose-error > full.pose-error', ['none:pose-error > full:pose-error']],
    ['full.csim - no-clip-vid.csim > 0.02', ['(full:csim - no-clip-vid:csim) > 0.02']],
    ['a.x - b.x - 2 * c.x / 3 <= -1e-4', ['((a:x - b:x) - ((2 * c:x) / 3)) <= -0.0001']],
    ['(a.x - b.x) / a.x >= .5', ['((a:x - b:x) / a:x) >= 0.5']],
    ['-a.x < -(b.x + 1)', ['(-a:x) < (-(b:x + 1))']],
    ['both.both.csim > batch+text.fid-50k', ['both.both:csim > batch+text:fid-50k']],
    ['a.x>b.x and b.x<c.x', ['a:x > b:x', 'b:x < c:x']],
    ['  a.x\n  > b.x ', ['a:x > b:x']],
  ];
  for (const [text, expected] of cases) test(text.trim(), () => assert.deepEqual(shown(text), expected));

  test('each comparison keeps its own words', () => {
    assert.deepEqual(parseClaim('a.x > b.x and  b.x + 1 < c.x').comparisons.map((c) => c.text), ['a.x > b.x', 'b.x + 1 < c.x']);
  });
});

describe('claims that do not, with column, expected, received and hint', () => {
  const cases: [string, number, RegExp, RegExp?][] = [
    ['full.csim-none.csim > 0', 1, /expected a variant of the study, received "full.csim-none"/, /spaces around the minus: "full.csim - none.csim"/],
    ['full.csim+none.csim > 0', 1, /received "full.csim\+none"/, /spaces around the plus/],
    ['ful.csim > none.csim', 1, /expected a variant of the study, received "ful"/, /did you mean "full"\?/],
    ['full.csim > none.cism', 18, /expected a metric of the study, received "cism"/, /did you mean "csim"\?/],
    ['full.csim > csim', 13, /expected a number or variant.metric, received "csim"/, /write for instance full.csim/],
    ['none > 3', 1, /received "none"/, /write for instance none.csim/],
    ['full.csim = none.csim', 11, /expected a comparison \(>, <, >=, <=\), received "="/, /never proved equal/],
    ['full.csim == none.csim', 11, /received "=="/, /never proved equal/],
    ['full.csim > none.csim > 0', 23, /expected `and` or the end, received ">"/, /join two comparisons with `and`/],
    ['full.csim > none.csim or 1 > full.csim', 23, /received "or"/, /`and` only/],
    ['full.csim -0.02 > none.csim', 11, /expected a comparison .* received "-0.02"/, /spaces around the minus/],
    ['full.csim -none.csim > 1', 11, /received "-"/, /spaces around the minus/],
    ['full.csim > ', 13, /expected a number or variant.metric, received the end/],
    ['(full.csim > 1) and none.csim > 2', 12, /expected "\)", received ">"/, /without parentheses/],
    ['(full.csim - 1 > 2', 16, /expected "\)", received ">"/],
    ['full.csim > 2 )', 15, /received "\)"/],
    ['full.csim > $x', 13, /received "\$"/],
    ['1 < 2', 1, /expected a comparison with a variant.metric in it, received "1 < 2"/],
    ['full. > 2', 1, /received "full."/],
    ['', 1, /expected a number or variant.metric, received the end/],
    ['full.csim > 2 and', 18, /received the end/],
    ['full.csim > and', 13, /received "and"/],
  ];
  for (const [text, column, message, hint] of cases) {
    test(JSON.stringify(text), () => {
      const [problem] = problems(text);
      assert.match(problem.message, message);
      assert.match(problem.message, new RegExp(`column ${column}:`));
      assert.deepEqual({ file: problem.span?.file, line: problem.span?.line, column: problem.span?.column }, { file: origin.file, line: 7, column: 14 + column });
      if (hint) assert.match(problem.hint ?? '', hint);
    });
  }

  test('every unknown name is told at once', () => {
    assert.deepEqual(problems('ful.cism > non.csim').map((d) => d.code), ['claim-unknown-variant', 'claim-unknown-metric', 'claim-unknown-variant']);
  });

  test('absurd texts are refused, not followed', () => {
    assert.match(problems(`${'('.repeat(200)}full.csim > 1`)[0].message, /at most 50 nested/);
    assert.match(problems('-'.repeat(1999))[0].message, /expected/);
    assert.match(problems(`full.csim > ${'1 + '.repeat(600)}1`)[0].message, /at most 2000 characters/);
  });

  test('no text does anything but parse or give a diagnostic', () => {
    const piece = fc.constantFrom('full.csim', 'none', '-', ' - ', '+', '(', ')', '>', '<=', ' and ', '1e-3', '.', ' ', '*', 'é', '\u0000', '==');
    fc.assert(fc.property(fc.array(piece, { maxLength: 9 }).map((p) => p.join('')), (text) => {
      try {
        assert.ok(parseClaim(text).comparisons.length > 0);
      } catch (error) {
        assert.ok(error instanceof DiagnosticError, String(error));
      }
    }), { numRuns: 500 });
  });
});

test('arithmetic equals JavaScript', () => {
  const number = fc.integer({ min: 1, max: 99 });
  const op = fc.constantFrom('+', '-', '*', '/');
  fc.assert(fc.property(number, fc.array(fc.tuple(op, number), { maxLength: 6 }), (first, rest) => {
    const text = [first, ...rest.map(([o, n]) => `${o} ${n}`)].join(' ');
    const [{ left }] = parseClaim(`${text} < a.x`).comparisons;
    assert.equal(evaluate(left, () => NaN), Number(Function(`return ${text}`)()));
  }));
});
