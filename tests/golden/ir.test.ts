import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readPipeline } from '../../lib/datasets/prepare/pipeline.ts';
import { renderDiagnostics } from '../../lib/diagnostics/render.ts';
import { createContext, loadDocument, loadExperimentFile, loadGraphFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { checkFile } from '../../lib/study/check.ts';
import { expandFile } from '../../lib/study/expand.ts';
import { experimentText, graphText, studyText } from './ir-text.ts';
import { ROOT, shippedFiles } from './shipped.ts';

// UPDATE_GOLDEN=1 rewrites the goldens; a difference is a change of meaning of a shipped file and belongs into the commit message.
const folder = path.join(ROOT, 'tests/golden/ir');
const registry = standardRegistry();
const context = createContext(registry);
const goldenOf = (file: string): string => `${file.replaceAll('/', '.').replace(/\.yaml$/, '')}.txt`;

test('there are shipped files, and no golden without one', () => {
  const expected = shippedFiles().map(goldenOf);
  assert.ok(expected.length > 10);
  if (existsSync(folder)) assert.deepEqual(readdirSync(folder).filter((f) => !expected.includes(f)), []);
});

for (const file of shippedFiles()) {
  test(`${file} is valid, without warnings and means what it meant`, async () => {
    const absolute = path.join(ROOT, file);
    const result = await checkFile(absolute, context);
    assert.equal(renderDiagnostics(result.diagnostics, { cwd: ROOT, colour: false }), '');
    const received = `${textOf(absolute, result.kind)}\n`;
    const golden = path.join(folder, goldenOf(file));
    if (process.env.UPDATE_GOLDEN) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(golden, received);
    }
    const [lines, known] = [received.split('\n'), readFileSync(golden, 'utf8').split('\n')];
    const at = lines.findIndex((line, i) => line !== known[i]);
    assert.ok(at < 0 && lines.length === known.length, `${goldenOf(file)}:${at + 1} was ${known[at]}\nand is ${lines[at]}\n(UPDATE_GOLDEN=1 writes it anew)`);
  });
}

/** Experiments and studies at profile quick, where they have one. */
function textOf(file: string, checked: string | undefined): string {
  if (checked === 'prepare') return JSON.stringify(readPipeline(file).stages, null, 1).replaceAll(ROOT.replace(/\/$/, ''), '');
  const { kind, tree } = loadDocument(file, context);
  if (kind === 'graph') return graphText(loadGraphFile(file, context), registry);
  const quick = tree.entries.get('profiles')?.value;
  const options = quick?.kind === 'map' && quick.entries.has('quick') ? { profile: 'quick' } : {};
  return kind === 'experiment' ? experimentText(loadExperimentFile(file, context, options), registry) : [studyText(expandFile(file, context)), studyText(expandFile(file, context, options))].join('\n\n');
}
