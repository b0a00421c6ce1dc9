import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check, loadEngine, loadExperiment, standardRegistry, train } from '../../lib/index.ts';
import { defineDataset } from '../../lib/library/datasets.ts';
import type { Pair, Sample } from '../../lib/library/datasets.ts';

const asked: number[] = [];
const fields = { image: { doc: 'One grey.', shape: [8, 8, 3], dtype: 'float32' } } as const;
const grey = (index: number): Sample => ({ id: String(index), identity: 'nobody', fields: { image: new Float32Array(192).fill(0.5) } });
const greys = defineDataset({
  name: 'greys', doc: 'Grey pictures.', attrs: {}, fields: () => fields,
  open: async () => ({
    hash: 'greys', description: 'grey pictures', fields, length: () => undefined,
    pair: async (index): Promise<Pair> => {
      asked.push(index);
      return { source: grey(index), target: grey(index), sameIdentity: true, sameImage: true };
    },
  }),
});

const TEXT = `kind: experiment
name: own-data
models: { generator: { graph: ./one-conv.yaml } }
data: { dataset: greys, size: 8, batch: 2 }
step:
  inputs: { t: target.image }
  nodes: { out: { model: generator, in: t } }
phases:
  generator:
    update: [generator]
    optimizer: { type: adam, lr: 1e-2 }
    terms: { l1: { graph: ./graphs/losses/l1.yaml, in: [out, t] } }
train: { steps: 4 }
`;
const GRAPH = 'kind: graph\nname: one-conv\ninputs: { x: [N, H, W, 3] }\nnodes: { out: { op: conv2d, in: x, channels: 3, kernel: 1 } }\noutputs: { out: out }\n';

test('train opens a data set of the caller\'s registry, whose batches come from this thread', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const file = path.join(root, 'own-data.yaml');
  const options = { registry: standardRegistry({ datasets: [greys] }), files: new Map([[file, TEXT], [path.join(root, 'one-conv.yaml'), GRAPH]]) };
  assert.deepEqual((await check(file, options)).diagnostics, []);
  assert.match((await check(file, { files: options.files })).diagnostics[0].message, /there is no data set "greys"/);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-own-data-'));
  try {
    const engine = await loadEngine();
    const losses: number[] = [];
    for await (const event of train(loadExperiment(file, options), { dir, engine, registry: options.registry })) {
      if (event.type === 'step') losses.push(Object.values(event.outcome.terms)[0]);
    }
    assert.equal(losses.length, 4);
    assert.ok(losses[3] < losses[0], `${losses[3]} < ${losses[0]}`);
    assert.deepEqual([...new Set(asked)].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
