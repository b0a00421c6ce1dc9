import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { generatedDocs } from '../../lib/cli/reference/pages.ts';
import { ROOT, shippedFiles } from '../golden/shipped.ts';

const docs = await generatedDocs(ROOT);

for (const [name, text] of docs) {
  test(`docs/${name} is what \`npm run docs\` writes`, () => {
    assert.ok(readFileSync(path.join(ROOT, 'docs', name), 'utf8') === text, `docs/${name} is stale: npm run docs`);
  });
}

test('nothing else lies among the generated files', () => {
  const found = ['reference', 'schema'].flatMap((f) => readdirSync(path.join(ROOT, 'docs', f)).map((name) => `${f}/${name}`));
  assert.deepEqual(found.filter((f) => !docs.has(f) && f.startsWith('schema/')), []);
});

test('the editor\'s schemas accept every shipped file and refuse mistakes', () => {
  const ajv = new Ajv({ strict: false });
  const schemas = new Map([...docs].filter(([name]) => name.startsWith('schema/')).map(([name, text]) => [name.slice('schema/'.length, -'.json'.length), ajv.compile(JSON.parse(text) as object)]));
  for (const file of shippedFiles().filter((f) => !f.startsWith('experiments/prepare/'))) {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    const kind = /\$schema=.*\/(\w+)\.json/.exec(text)?.[1] ?? '';
    const validate = schemas.get(kind);
    assert.ok(validate, `${file} names no schema`);
    assert.ok(validate(parse(text)), `${file}: ${ajv.errorsText(validate.errors)}`);
  }
  const graph = schemas.get('graph');
  const node = (n: object): object => ({ kind: 'graph', name: 'g', inputs: { x: ['N', 3] }, nodes: { out: n }, outputs: { out: 'out' } });
  assert.equal(graph?.(node({ op: 'relu', in: 'x' })), true);
  for (const wrong of [{ op: 'rleu', in: 'x' }, { op: 'relu', in: 'x', slope: 1 }, { op: 'conv2d', in: 'x', channels: 0, kernel: 3 }, { op: 'relu', graph: './a.yaml' }, { in: 'x' }]) {
    assert.equal(graph?.(node(wrong)), false, JSON.stringify(wrong));
  }
});
