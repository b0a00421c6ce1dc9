import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { createContext, loadExperimentFile, loadGraphFile } from '../../../lib/plan/load.ts';
import { difference } from '../../../lib/report/diagram/difference.ts';
import { renderDifference } from '../../../lib/report/diagram/difference-text.ts';
import { draw } from '../../../lib/report/diagram/draw.ts';
import { renderDifferenceSvg } from '../../../lib/report/diagram/draw-difference.ts';
import { allBoxes, type Drawing } from '../../../lib/report/diagram/drawing.ts';
import { layOut, type Layout } from '../../../lib/report/diagram/layout.ts';
import { renderMermaid } from '../../../lib/report/diagram/mermaid.ts';
import { experimentSubject, graphSubject } from '../../../lib/report/diagram/subject.ts';
import { renderSvg } from '../../../lib/report/diagram/svg.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';
import { ROOT, shippedFiles } from '../../golden/shipped.ts';

const registry = standardRegistry();
const context = createContext(registry);
const graph = (file: string, set: readonly string[] = []): ReturnType<typeof graphSubject> => graphSubject(loadGraphFile(path.join(ROOT, file), context, { set }), '');
const facechanger = 'graphs/generators/facechanger.yaml';
const experiment = (set: readonly string[] = []): ReturnType<typeof experimentSubject> => experimentSubject(loadExperimentFile(path.join(ROOT, 'experiments/facechanger.yaml'), context, { profile: 'quick', set }));

function requireSound(drawing: Drawing, layout: Layout): void {
  const ids = allBoxes(drawing.boxes).map((b) => b.id);
  assert.equal(new Set(ids).size, ids.length, 'no box is drawn twice');
  for (const l of drawing.links) assert.ok(ids.includes(l.from) && ids.includes(l.to), `${l.from} -> ${l.to}`);
  assert.equal(layout.boxes.length, ids.length);
  assert.ok(layout.links.every((l) => l.points.length >= 2), 'every arrow has a way');
  const leaves = layout.boxes.filter((b) => b.box.children.length === 0);
  for (const [i, a] of leaves.entries()) for (const b of leaves.slice(i + 1)) {
    assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, `${a.box.id} lies over ${b.box.id}`);
  }
}

for (const file of shippedFiles().filter((f) => f.startsWith('graphs/'))) {
  test(`${file} has a diagram in which nothing overlaps`, async () => {
    const drawing = draw(graph(file), { registry });
    requireSound(drawing, await layOut(drawing));
  });
}

test('repeated blocks are drawn once, with their number; a call like one that is open is closed', () => {
  const boxes = allBoxes(draw(graph(facechanger), { registry }).boxes);
  assert.equal(boxes.find((b) => b.title === 'blocks')?.repeat, 5);
  assert.equal(boxes.find((b) => b.title === 'smooth')?.repeat, 2);
  assert.deepEqual(boxes.find((b) => b.title === 'second')?.lines, [{ text: 'like first' }]);
  assert.deepEqual(boxes.find((b) => b.title === 'stem')?.lines.map((l) => l.text), ['conv2d', 'leaky-relu']);
});

test('arrows carry shapes, and none leads from a folded round back into the first', () => {
  const drawing = draw(graph(facechanger), { registry });
  assert.ok(drawing.links.some((l) => l.from === 'deep' && l.label === 'H/4 × W/4 × 1024'), JSON.stringify(drawing.links));
  const loops = drawing.links.filter((l) => l.from === 'blocks.0.fused.sum' && l.to.startsWith('blocks.'));
  assert.deepEqual(loops, []);
});

test('an experiment shows data, trained and frozen models, and the terms of each phase', async () => {
  const drawing = draw(experiment(), { registry });
  requireSound(drawing, await layOut(drawing));
  const tone = new Map(allBoxes(drawing.boxes).map((b) => [b.id, b.tone]));
  assert.deepEqual([tone.get('input:s'), tone.get('swap'), tone.get('code'), tone.get('term:generator/id')], ['data', 'trainable', 'frozen', 'loss']);
  assert.ok(drawing.links.some((l) => l.from === 'swap-code' && l.to === 'term:generator/id'));
  assert.deepEqual(drawing.boxes.filter((b) => b.id.startsWith('phase:')).map((b) => b.children.length), [1, 4]);
});

test('the SVG is an image that a renderer reads, equal each time', async () => {
  const drawing = draw(graph(facechanger), { registry });
  const svg = renderSvg(drawing, await layOut(drawing));
  assert.equal(svg, renderSvg(drawing, await layOut(drawing)));
  const { width, height } = await sharp(Buffer.from(svg)).metadata();
  assert.ok(width > 300 && height > 600);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
});

test('Mermaid holds the same boxes and arrows', () => {
  const drawing = draw(graph(facechanger), { registry });
  const text = renderMermaid(drawing);
  assert.match(text, /^flowchart TD$/m);
  assert.equal(text.match(/ -->/g)?.length, drawing.links.length);
  assert.match(text, /subgraph n\d+\["blocks × 5"\]/);
});

test('a difference names nodes, settings and costs, and two spellings of one graph have none', async () => {
  const [a, b] = [experiment(), experiment(['/models/generator/with/norms=[batch]', '/train/steps=7'])];
  const found = difference(a, b, registry);
  assert.equal(found.equal, false);
  assert.deepEqual(found.settings.map((s) => [s.pointer, s.left, s.right]), [['/train/steps', a.experiment?.train.steps, 7]]);
  assert.ok(found.nodes.some((n) => n.path === 'swap.blocks.0.normed.out.instance' && n.left !== undefined && n.right === undefined));
  const steps = a.experiment?.train.steps;
  assert.ok(renderDifference(found).includes(`/train/steps\n    - ${steps}\n    + 7`));
  const svg = await renderDifferenceSvg(a, b, found, registry);
  assert.ok((await sharp(Buffer.from(svg)).metadata()).width > 600);
  assert.ok(svg.includes(`/train/steps: ${steps} → 7`));
  assert.equal(difference(a, experiment([`/train/steps=${steps}`]), registry).equal, true);
  assert.match(renderDifference(difference(a, a, registry)), /mean the same/);
});
