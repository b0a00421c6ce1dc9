import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { diskFiles } from '../../lib/compose/files.ts';
import { hashMemory } from '../../lib/ir/hash.ts';
import type { Context } from '../../lib/normalize/graph.ts';
import { createMemory } from '../../lib/normalize/memory.ts';
import { createContext, loadExperimentFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { expandFile } from '../../lib/study/expand.ts';
import { shippedFiles, ROOT } from '../golden/shipped.ts';

const registry = standardRegistry();

/** A context whose normalisations share nothing but files. */
function forgetful(): Context {
  const fresh = createMemory();
  return { ...createContext(registry), memory: { ...fresh, calls: () => new Map(), hashes: { weight: (w) => hashMemory().weight(w), node: (...a) => hashMemory().node(...a) } } };
}

for (const file of shippedFiles().filter((f) => f.startsWith('ablations/'))) {
  test(`${file}: variants that share calls equal variants that share nothing`, () => {
    const [shared, alone] = [createContext(registry), forgetful()].map((context) => expandFile(path.join(ROOT, file), context));
    for (const [i, { experiment }] of shared.variants.entries()) assert.deepEqual(experiment, alone.variants[i].experiment);
  });
}

test('a changed model is expanded anew, and other files share nothing', () => {
  const context = createContext(registry);
  const file = path.join(ROOT, 'experiments/facechanger.yaml');
  const hash = (set: readonly string[], used: Context = context): string => loadExperimentFile(file, used, { set: ['/data/batch=2', ...set] }).hash;
  const before = hash([]);
  assert.notEqual(hash(['/models/generator/with/norms=[batch]']), before);
  assert.notEqual(hash(['/data/size=64']), before);
  assert.equal(hash([]), before);
  const graph = path.join(ROOT, 'graphs/generators/facechanger.yaml');
  const other = diskFiles(new Map([[graph, readFileSync(graph, 'utf8').replaceAll('kernel: 3, padding: reflect', 'kernel: 5, padding: reflect')]]));
  assert.notEqual(hash([], { ...context, files: other }), before);
});
