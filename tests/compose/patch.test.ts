import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyProfile, asMap, composeFile } from '../../lib/compose/compose.ts';
import { diskFiles } from '../../lib/compose/files.ts';
import { applyPatch } from '../../lib/compose/patch.ts';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { parseSource } from '../../lib/source/parse.ts';
import { locate } from '../../lib/source/pointer.ts';
import { toData } from '../../lib/source/tree.ts';

const patched = (base: string, patch: string): unknown => toData(applyPatch(parseSource(base, 'base.yaml'), parseSource(patch, 'patch.yaml')));

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return 'no error';
}

test('set replaces, add adds, remove removes, and nothing is merged', () => {
  assert.deepEqual(patched('a: { b: 1, c: [1, 2] }', 'set: { /a/b: { x: 1 } }'), { a: { b: { x: 1 }, c: [1, 2] } });
  assert.deepEqual(patched('a: { b: 1 }', 'add: { /a/c: 2 }'), { a: { b: 1, c: 2 } });
  assert.deepEqual(patched('a: { b: 1, c: [1, 2] }', 'remove: [/a/b, /a/c/0]'), { a: { c: [2] } });
  assert.deepEqual(patched('a: { "x/y": 1 }', 'set: { /a/x~1y: 2 }'), { a: { 'x/y': 2 } });
});

test('a param is set by its name', () => {
  assert.deepEqual(patched('params: { w: { type: number, default: 1 } }', 'set: { /params/w: 2 }'), { params: { w: { type: 'number', default: 2 } } });
});

test('what is removed leaves order and components', () => {
  const base = 'order: [critic, generator]\nphases: { critic: 1, generator: { terms: { a: 1 } } }\ncomponents: { gan: [/phases/critic, /phases/generator/terms/a], a: [/phases/generator/terms/a] }';
  assert.deepEqual(patched(base, 'remove: [/phases/critic]'), {
    order: ['generator'], phases: { generator: { terms: { a: 1 } } }, components: { gan: ['/phases/generator/terms/a'], a: ['/phases/generator/terms/a'] },
  });
  assert.deepEqual((patched(base, 'remove: [/phases/generator/terms/a]') as Record<string, unknown>).components, { gan: ['/phases/critic'] });
});

test('a target that is not there is an error with the nearest name', () => {
  assert.match(messageOf(() => patched('train: { steps: 1 }', 'set: { /train/step: 2 }')), /patch\.yaml:1:8.*\/train has no "step".*did you mean "steps"/);
  assert.match(messageOf(() => patched('a: 1', 'add: { /a: 2 }')), /exists already.*use "set"/);
  assert.match(messageOf(() => patched('a: 1', 'remove: [/b]')), /has no "b"/);
  assert.match(messageOf(() => patched('a: 1', 'set: { a: 2 }')), /starts with "\/"/);
});

test('every value remembers the file and line that wrote it', () => {
  const overlay = new Map([
    ['/x/base.yaml', 'kind: experiment\ntrain:\n  steps: 1\n  ema: 2\n'],
    ['/x/child.yaml', 'kind: experiment\nextends: ./base.yaml\nset:\n  /train/steps: 5\n'],
  ]);
  const tree = composeFile('/x/child.yaml', diskFiles(overlay));
  const steps = locate(tree, '/train/steps')?.span;
  assert.deepEqual([steps?.file, steps?.line, steps?.column], ['/x/child.yaml', 4, 17]);
  assert.equal(locate(tree, '/train/ema')?.span.file, '/x/base.yaml');
});

test('extending files speak in patches only, and cycles are found', () => {
  const files = (child: string): ReturnType<typeof diskFiles> => diskFiles(new Map([['/x/base.yaml', 'kind: graph\nnodes: {}'], ['/x/child.yaml', child], ['/x/loop.yaml', 'extends: ./loop.yaml']]));
  assert.match(messageOf(() => composeFile('/x/child.yaml', files('extends: ./base.yaml\nnodes: { a: 1 }'))), /changes its parent by patches; "nodes"/);
  assert.match(messageOf(() => composeFile('/x/loop.yaml', files(''))), /extends itself/);
  assert.match(messageOf(() => composeFile('/x/child.yaml', files('extends: ./bose.yaml'))), /no such file/);
});

test('a profile is a patch that is applied when it is asked for', () => {
  const tree = asMap(parseSource('train: { steps: 9 }\nprofiles: { quick: { set: { /train/steps: 1 } } }', 'f.yaml'));
  assert.deepEqual(toData(applyProfile(tree, 'quick')), { train: { steps: 1 } });
  assert.deepEqual(toData(applyProfile(tree, undefined)), { train: { steps: 9 } });
  assert.match(messageOf(() => applyProfile(tree, 'quik')), /no profile "quik".*did you mean "quick"/);
});
