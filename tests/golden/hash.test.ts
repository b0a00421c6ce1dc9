import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMap, isSeq, parseDocument } from 'yaml';
import { diskFiles } from '../../lib/compose/files.ts';
import { hashGraph } from '../../lib/ir/hash.ts';
import { createContext, loadExperimentFile, loadGraphFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { ROOT, shippedFiles } from './shipped.ts';
import { readFileSync } from 'node:fs';

const registry = standardRegistry();
const isRandom = (op: string): boolean => registry.ops.get(op)?.traits?.random === true;
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const graphs = shippedFiles().filter((f) => f.startsWith('graphs/'));

/** The hash of a text read as that file, beside further texts. */
function graphHash(file: string, text: string, more: readonly (readonly [string, string])[] = [], set: readonly string[] = []): string {
  const overlay = new Map([[file, text], ...more].map(([name, t]) => [path.join(ROOT, name), t]));
  return hashGraph(loadGraphFile(path.join(ROOT, file), createContext(registry, diskFiles(overlay)), { set }), isRandom);
}

function experimentHash(file: string, text: string, more: readonly (readonly [string, string])[] = [], set: readonly string[] = []): string {
  const overlay = new Map([[file, text], ...more].map(([name, t]) => [path.join(ROOT, name), t]));
  return loadExperimentFile(path.join(ROOT, file), createContext(registry, diskFiles(overlay)), { profile: 'quick', set }).hash;
}

// Where the order of a mapping is the order of evaluation or of ports, it is part of the meaning.
const ORDERED = new Set(['inputs', 'params', 'in', 'chain', 'map']);

/** The text with the keys of its mappings in another order. */
function reordered(text: string, order: readonly number[]): string {
  const document = parseDocument(text);
  let at = 0;
  const shuffle = (node: unknown, under: string): void => {
    if (isSeq(node)) node.items.forEach((item) => shuffle(item, under));
    if (!isMap(node)) return;
    for (const pair of node.items) shuffle(pair.value, String(pair.key));
    if (ORDERED.has(under)) return;
    const ranked = node.items.map((pair) => ({ pair, rank: order[at++ % order.length] }));
    node.items = ranked.sort((a, b) => a.rank - b.rank).map((r) => r.pair);
  };
  shuffle(document.contents, '');
  return String(document);
}

const orders = fc.array(fc.nat({ max: 1000 }), { minLength: 17, maxLength: 17 });

test('reordering keys leaves the hash of a graph', () => {
  const known = new Map(graphs.map((f) => [f, graphHash(f, read(f))]));
  fc.assert(fc.property(fc.constantFrom(...graphs), orders, (file, order) => {
    assert.equal(graphHash(file, reordered(read(file), order)), known.get(file));
  }), { numRuns: 150, seed: 5 });
});

test('renaming a file, and what it calls, leaves the hash', () => {
  for (const file of graphs) assert.equal(graphHash(path.join(path.dirname(file), 'renamed.yaml'), read(file)), graphHash(file, read(file)), file);
  const caller = 'graphs/generators/facechanger-literal.yaml';
  const renamed = read(caller).replaceAll('../blocks/down.yaml', '../blocks/other-name.yaml');
  assert.equal(graphHash(caller, renamed, [['graphs/blocks/other-name.yaml', read('graphs/blocks/down.yaml').replace('name: down', 'name: other-name')]]), graphHash(caller, read(caller)));
});

const EXPERIMENT = 'experiments/facechanger.yaml';

test('splitting a file through extends leaves the hash of a graph and of an experiment', () => {
  for (const file of graphs) {
    const child = `extends: ./${path.basename(file)}\nname: child\n`;
    assert.equal(graphHash(path.join(path.dirname(file), 'child.yaml'), child), graphHash(file, read(file)), file);
  }
  const shorter = read(EXPERIMENT).replace(/^train: \{ steps: \d+/m, 'train: { steps: 5');
  const split = 'extends: ./base.yaml\nname: split\nset: { /train/steps: 20000 }\n';
  const [whole] = [experimentHash(EXPERIMENT, read(EXPERIMENT))];
  assert.equal(experimentHash('experiments/split.yaml', split, [['experiments/base.yaml', shorter]]), whole);
});

test('reordering sections, models, terms\' keys and settings leaves the hash of an experiment', () => {
  const whole = experimentHash(EXPERIMENT, read(EXPERIMENT));
  fc.assert(fc.property(orders, (order) => {
    const document = parseDocument(read(EXPERIMENT));
    if (isMap(document.contents)) document.contents.items = document.contents.items.map((pair, i) => ({ pair, rank: order[i % order.length] })).sort((a, b) => a.rank - b.rank).map((r) => r.pair);
    assert.equal(experimentHash(EXPERIMENT, String(document)), whole);
  }), { numRuns: 8, seed: 5 });
});

test('every change of meaning changes the hash', () => {
  const graph = 'graphs/generators/facechanger.yaml';
  const graphChanges = ['/params/width=64', '/params/depth=5', '/params/norms=[batch]', '/params/norms=[instance, batch]', '/params/map-id=true', '/nodes/stem/with/kernel=5', '/graphs/modulate/nodes/flat/eps=1e-5', '/graphs/fusion/nodes/act/op=tanh', '/nodes/code/in=id'];
  const hashes = [graphHash(graph, read(graph)), ...graphChanges.map((s) => graphHash(graph, read(graph), [], [s]))];
  // The last one writes what the file means by default: `mapped` is the identity.
  assert.equal(new Set(hashes.slice(0, -1)).size, hashes.length - 1, hashes.join(' '));
  assert.equal(hashes.at(-1), hashes[0]);
  const changes = ['/train/steps=7', '/data/size=32', '/data/batch=2', '/data/seed=1', '/data/pairs/same-identity=0.5', '/params/lambda-id=2', '/params/lambda-tap=0.25', '/params/adversarial-start=3', '/models/identity/frozen=false', '/phases/critic/optimizer/type=adam', '/phases/critic/optimizer/beta1=0.5', '/phases/generator/optimizer/lr=1e-5', '/phases/generator/optimizer/clip-norm=2', '/order=[generator, critic]', '/phases/critic/every=2', '/phases/generator/terms/id/in={ a: code, b: swap-code }', '/train/ema={ generator: 0.99 }', '/precision=mixed-bfloat16', '/models/generator/with/width=4'];
  const all = [experimentHash(EXPERIMENT, read(EXPERIMENT)), ...changes.map((s) => experimentHash(EXPERIMENT, read(EXPERIMENT), [], [s]))];
  assert.equal(new Set(all).size, all.length, changes.filter((_, i) => all.indexOf(all[i + 1]) !== i + 1).join(' '));
  for (const same of ['/evaluate/pairs=3', '/train/checkpoint/keep=1', '/doc=another', '/name=another']) assert.equal(experimentHash(EXPERIMENT, read(EXPERIMENT), [], [same]), all[0], same);
});
