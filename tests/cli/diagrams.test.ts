import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { MARKS } from '../../lib/report/diagram/colours.ts';
import { ROOT } from '../golden/shipped.ts';
import { swapgraph } from '../support/command.ts';
import { readSvg, type SvgElement } from '../support/svg.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'swapgraph-diagrams-'));
after(() => rmSync(folder, { recursive: true }));

const flat = (name: string, nodes: string, output: string): string => `kind: graph\nname: ${name}\ninputs: { x: [N, 8] }\nnodes:\n${nodes}outputs: { loss: ${output} }\n`;
writeFileSync(path.join(folder, 'left.yaml'), flat(`'left <&"'`, '  first: { op: formula, in: x, expr: x < 1 }\n  second: { op: tanh, in: first }\n  third: { op: sigmoid, in: second }\n', 'third'));
writeFileSync(path.join(folder, 'right.yaml'), flat(`'right <&"'`, '  first: { op: formula, in: x, expr: x < 2 }\n  second: { op: tanh, in: first }\n  fourth: { op: relu, in: second }\n', 'fourth'));

function printed(...args: string[]): string {
  const { code, out, err } = swapgraph(args, folder);
  assert.equal(code, 0, err);
  return out;
}

const drawn = (...args: string[]): Promise<SvgElement[]> => readSvg(printed(...args, '--format', 'svg'));
const textsOf = (elements: readonly SvgElement[]): string[] => elements.map((e) => e.text).filter((text) => text.trim() !== '');
/** Headings of drawings and names of boxes. */
const namesIn = (elements: readonly SvgElement[]): string[] => elements.filter((e) => e.attributes['font-weight'] === 'bold').map((e) => e.text);
/** The inputs and nodes of a table, by path. */
const rowsOf = (table: string): string[] => table.split('\n\n')[1].split('\n').slice(1).map((row) => row.replace(/^h /, '  ').trim().split(/\s+/)[0]);

test('show --format svg has a box for every input, node and output of the table, and escapes what names and attributes hold', async () => {
  const elements = await drawn('show', 'left.yaml');
  assert.deepEqual(namesIn(elements), ['left <&"', ...rowsOf(printed('show', 'left.yaml')), 'loss']);
  assert.deepEqual(rowsOf(printed('show', 'left.yaml')), ['x', 'first', 'second', 'third']);
  for (const text of ['left <&"', 'formula', 'x < 1', 'tanh', 'sigmoid']) assert.ok(textsOf(elements).includes(text), text);
});

test('show --format svg of a graph with calls and of an experiment names what the tables name', async () => {
  for (const file of ['graphs/generators/facechanger.yaml', 'experiments/facechanger.yaml']) {
    const [table, elements] = [printed('show', path.join(ROOT, file)), await drawn('show', path.join(ROOT, file))];
    const names = new Set(namesIn(elements));
    const wanted = new Set(rowsOf(table).map((row) => row.split('.')[0]));
    assert.ok(wanted.size >= 12);
    for (const name of wanted) assert.ok(name.startsWith('@') || names.has(name), `${file}: ${name}`);
    for (const [, term] of table.matchAll(/^term [\w-]+\/(\S+):/gm)) assert.ok(names.has(term), `${file}: ${term}`);
    const [count] = table.match(/\d+ nodes/) as RegExpMatchArray;
    if (file.startsWith('graphs/')) assert.ok(textsOf(elements).some((text) => text.endsWith(` ${count}`)), count);
  }
});

test('show --format svg stays well-formed where a name holds what XML cannot', async () => {
  writeFileSync(path.join(folder, 'bell.yaml'), flat('"bell \\x07 <\\uFFFE>"', '  only: { op: mean, in: x }\n', 'only'));
  assert.equal(namesIn(await drawn('show', 'bell.yaml'))[0], 'bell \ufffd <\ufffd>');
});

/** Names of the boxes that are outlined as different, left to right. */
function marked(elements: readonly SvgElement[], colour: string): string[] {
  return elements.flatMap((e, i) => (e.tag === 'rect' && e.attributes.stroke === colour && e.attributes.fill !== 'none' ? [elements[i + 1].text] : []));
}

test('diff --format svg outlines the nodes that the text names, in both graphs whole', async () => {
  const text = printed('diff', 'left.yaml', 'right.yaml');
  const changes = [...text.matchAll(/^ {2}(\S+)((?:\n {4}[-+] .*)+)/gm)].map(([, name, lines]) => [name, lines.includes('    - '), lines.includes('    + ')] as const);
  const only = (left: boolean, right: boolean): string[] => changes.filter((c) => c[1] === left && c[2] === right).map((c) => c[0]);
  assert.deepEqual([only(true, true), only(true, false), only(false, true)], [['first'], ['third'], ['fourth']]);
  const elements = await drawn('diff', 'left.yaml', 'right.yaml');
  assert.deepEqual(marked(elements, MARKS.changed), ['first', 'first']);
  assert.deepEqual(marked(elements, MARKS.removed), ['third']);
  assert.deepEqual(marked(elements, MARKS.added), ['fourth']);
  assert.deepEqual(namesIn(elements), ['left <&"', 'x', 'first', 'second', 'third', 'loss', 'right <&"', 'x', 'first', 'second', 'fourth', 'loss']);
  assert.equal(elements.find((e) => e.tag === 'title')?.text, 'left <&" and right <&"');
});

test('diff --format svg of experiments writes the settings that the text names', async () => {
  const file = path.join(ROOT, 'experiments/facechanger.yaml');
  const args = ['diff', file, file, '--set-right', '/train/steps=7', '--set-right', '/precision=mixed-bfloat16'];
  const [text, texts] = [printed(...args), textsOf(await drawn(...args))];
  for (const pointer of ['/train/steps', '/precision']) {
    const [, left, right] = text.match(new RegExp(`^ {2}${pointer}\n {4}- (.*)\n {4}\\+ (.*)$`, 'm')) as RegExpMatchArray;
    assert.ok(texts.includes(`${pointer}: ${left} → ${right}`), `${pointer} in ${texts.join(', ')}`);
  }
});
