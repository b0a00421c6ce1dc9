import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import { CACHE, ROOT } from './root.ts';

const options = { cwd: ROOT, overrideConfigFile: join(ROOT, 'tests/house/eslint.config.mjs') };

test('the linter finds nothing in lib and tests', async () => {
  const eslint = new ESLint({ ...options, cache: true, cacheLocation: join(CACHE, 'eslint'), cacheStrategy: 'content' });
  const results = await eslint.lintFiles(['lib', 'tests']);
  assert.ok(results.length > 10, `only ${results.length} files were linted`);
  const report = await (await eslint.loadFormatter('stylish')).format(results);
  const count = results.reduce((sum, result) => sum + result.errorCount + result.warningCount, 0);
  assert.equal(count, 0, report);
});

const MISTAKES: readonly [file: string, code: string, rule: string][] = [
  ['lib/x.ts', 'export default 1;\n', 'no-restricted-syntax'],
  ['lib/x.ts', "export * from './y.ts';\n", 'no-restricted-syntax'],
  ['lib/x.ts', "import { y } from './y';\nexport const z = y;\n", 'no-restricted-syntax'],
  ['lib/x.ts', 'export enum Colour { Red }\n', 'no-restricted-syntax'],
  ['lib/x.ts', 'export const x = Math.random();\n', 'no-restricted-syntax'],
  ['lib/x.ts', 'export const now = (): number => Date.now();\n', 'no-restricted-syntax'],
  ['lib/x.ts', 'console.log(1);\n', 'no-console'],
  ['lib/x.ts', `export const many = 1;\n${'// line\n'.repeat(400)}`, 'max-lines'],
  ['lib/x.ts', `export function long(): void {\n${'  void 0;\n'.repeat(60)}}\n`, 'max-lines-per-function'],
  ['lib/x.ts', 'export const x = (y: any): unknown => y;\n', '@typescript-eslint/no-explicit-any'],
];

for (const [file, code, rule] of MISTAKES) {
  test(`the linter catches ${JSON.stringify(code.slice(0, 40))} by ${rule}`, async () => {
    const [result] = await new ESLint(options).lintText(code, { filePath: join(ROOT, file) });
    assert.deepEqual([...new Set(result.messages.map((message) => message.ruleId))], [rule]);
  });
}

test('the linter lets the counterparts pass', async () => {
  const code = "import { y } from './y.ts';\nimport type { Z } from './z.ts';\n\nexport const now = (clock: () => number = Date.now): Z => y(clock());\n";
  const [result] = await new ESLint(options).lintText(code, { filePath: join(ROOT, 'lib/x.ts') });
  assert.deepEqual(result.messages, []);
});
