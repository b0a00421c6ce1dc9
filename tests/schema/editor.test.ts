import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT, shippedFiles } from '../golden/shipped.ts';
import { LanguageServer, type Position } from './language-server.ts';

const server = new LanguageServer();
before(() => server.start());
after(() => server.stop());

/** The text without its one `|`, and where that stood. */
function marked(text: string): { readonly text: string; readonly at: Position } {
  const [left, right] = text.split('|');
  const lines = left.split('\n');
  return { text: left + right, at: { line: lines.length - 1, character: lines[lines.length - 1].length } };
}

const GRAPH = (nodes: string): string => `# yaml-language-server: $schema=../../docs/schema/graph.json
kind: graph
name: example
inputs: { x: [N, H, W, 3] }
nodes:
${nodes}
outputs: { out: out }
`;

async function completions(file: string, source: string): Promise<string[]> {
  const { text, at } = marked(source);
  await server.open(file, text);
  return (await server.complete(file, at)).map((i) => i.label);
}

test('the editor completes op names', async () => {
  const labels = await completions('graphs/blocks/a.yaml', GRAPH('  out:\n    in: x\n    op: |'));
  for (const name of ['conv2d', 'relu', 'norm', 'resize']) assert.ok(labels.includes(name), labels.join(' '));
});

test('the editor completes the attributes of the op, and only those', async () => {
  const labels = await completions('graphs/blocks/b.yaml', GRAPH('  out:\n    op: leaky-relu\n    in: x\n    |'));
  assert.ok(labels.includes('slope'), labels.join(' '));
  assert.ok(!labels.includes('channels'), labels.join(' '));
});

test('the editor completes enum values', async () => {
  const labels = await completions('graphs/blocks/c.yaml', GRAPH('  out:\n    op: norm\n    in: x\n    type: |'));
  for (const name of ['batch', 'instance', 'layer', 'group', 'none']) assert.ok(labels.includes(name), labels.join(' '));
});

test('hovering tells what an op, an attribute and a key are for', async () => {
  const hover = async (name: string, source: string): Promise<string> => {
    const { text, at } = marked(source);
    await server.open(name, text);
    return server.hover(name, at);
  };
  assert.match(await hover('graphs/blocks/d.yaml', GRAPH('  out: { op: con|v2d, in: x, channels: 8, kernel: 3 }')), /2-D convolution/);
  assert.match(await hover('graphs/blocks/e.yaml', GRAPH('  out: { op: conv2d, in: x, chan|nels: 8, kernel: 3 }')), /Output channels/);
  assert.match(await hover('graphs/blocks/f.yaml', GRAPH('  out: { op: relu, i|n: x }')), /What it reads/);
});

test('the editor marks an unknown op, an unknown attribute and a wrong value, and accepts expressions', async () => {
  const marks = async (file: string, nodes: string): Promise<string[]> => (await server.open(file, GRAPH(nodes))).map((d) => `${d.range.start.line + 1}: ${d.message}`);
  assert.deepEqual(await marks('graphs/blocks/g.yaml', '  out: { op: conv2d, in: x, channels: $(2 * W), kernel: 3, padding: $pad }'), []);
  assert.match((await marks('graphs/blocks/h.yaml', '  out: { op: con2d, in: x }')).join('\n'), /^6: .*/);
  assert.match((await marks('graphs/blocks/i.yaml', '  out: { op: relu, in: x, slop: 1 }')).join('\n'), /slop/);
  assert.match((await marks('graphs/blocks/j.yaml', '  out: { op: conv2d, in: x, channels: many, kernel: 3 }')).join('\n'), /^6: /);
});

test('the editor completes data sets, optimisers and metrics of an experiment', async () => {
  const head = '# yaml-language-server: $schema=../docs/schema/experiment.json\nkind: experiment\nname: e\n';
  assert.ok((await completions('experiments/a.yaml', `${head}data:\n  dataset: |\n`)).includes('rendered-faces'));
  assert.ok((await completions('experiments/b.yaml', `${head}phases:\n  main:\n    optimizer:\n      type: |\n`)).includes('adamw'));
  assert.ok((await completions('experiments/c.yaml', `${head}evaluate:\n  metrics:\n    - |\n`)).includes('csim'));
});

for (const file of shippedFiles().filter((f) => !f.startsWith('experiments/prepare/'))) {
  test(`the editor marks nothing in ${file}`, async () => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    assert.match(text.split('\n')[0], /^# yaml-language-server: \$schema=(\.\.\/)+docs\/schema\/(graph|experiment|ablation|sweep)\.json$/, 'the first line names the schema');
    assert.deepEqual(await server.open(file, text), []);
  });
}
