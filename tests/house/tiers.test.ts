import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './root.ts';
import { explainCycle, folderCycle, importsOf, unknownParts, upwardImports } from './tiers.ts';

const lib = join(ROOT, 'lib');
const edges = importsOf(lib);

test('every folder of lib has a tier', () => {
  assert.deepEqual(unknownParts(lib), []);
});

test('nothing in lib imports upward or leaves lib', () => {
  assert.ok(edges.length > 20, `only ${edges.length} imports were found`);
  assert.deepEqual(upwardImports(edges).map(({ from, to }) => `lib/${from} imports lib/${to}`), []);
});

test('the folders of lib form no cycle, types included', () => {
  const cycle = folderCycle(edges);
  assert.equal(cycle, undefined, cycle && explainCycle(cycle, edges));
});

test('the check itself catches an upward import and a cycle', () => {
  const up = { from: 'ops/add.ts', to: 'train/loop.ts' };
  assert.deepEqual(upwardImports([up, { from: 'train/loop.ts', to: 'ops/add.ts' }]), [up]);
  const round = [
    { from: 'ops/a.ts', to: 'engine/b.ts' },
    { from: 'engine/b.ts', to: 'weights/c.ts' },
    { from: 'weights/c.ts', to: 'ops/a.ts' },
  ];
  assert.deepEqual(folderCycle(round), ['ops', 'engine', 'weights', 'ops']);
  assert.equal(folderCycle(round.slice(0, 2)), undefined);
});
