import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { renderDiagnostics } from '../../../lib/diagnostics/render.ts';
import { createContext } from '../../../lib/plan/load.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';
import { checkFile } from '../../../lib/study/check.ts';
import type { ExpandOptions } from '../../../lib/study/expand.ts';

// UPDATE_GOLDEN=1 rewrites what is expected; read every message that changes: it alone must tell what to type instead.
const folder = path.dirname(fileURLToPath(import.meta.url));
const cases = readdirSync(folder).filter((name) => /^\d\d-/.test(name)).sort();
const registry = standardRegistry();

test('there are at least thirty typical mistakes', () => {
  assert.ok(cases.length >= 30, `${cases.length} cases`);
});

for (const name of cases) {
  test(`the mistake ${name.slice(3)}`, async () => {
    const cwd = path.join(folder, name);
    const options = existsSync(path.join(cwd, 'options.json')) ? (JSON.parse(readFileSync(path.join(cwd, 'options.json'), 'utf8')) as ExpandOptions) : {};
    const result = await checkFile(path.join(cwd, 'input.yaml'), createContext(registry), options);
    assert.equal(result.ok, false, 'the file has a mistake');
    assert.ok(result.diagnostics.every((d) => d.span !== undefined), 'every message has a place');
    const received = renderDiagnostics(result.diagnostics, { cwd, colour: false });
    const expected = path.join(cwd, 'expected.txt');
    if (process.env.UPDATE_GOLDEN) writeFileSync(expected, received);
    assert.equal(received, readFileSync(expected, 'utf8'));
  });
}
