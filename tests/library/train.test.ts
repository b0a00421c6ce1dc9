import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Engine } from '../../lib/engine/contract.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { train, type TrainRunOptions } from '../../lib/library/train.ts';
import { registry, toy } from '../compile/step/support.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-library-'));
const outside = { cache: process.env.SWAPGRAPH_CACHE, graphs: process.env.SWAPGRAPH_GRAPH_CACHE };
let engine: Engine;
before(async () => {
  engine = await loadEngine({ engine: 'native-cpu' });
  process.env.SWAPGRAPH_CACHE = folder;
});
afterEach(() => restore('SWAPGRAPH_GRAPH_CACHE', outside.graphs));
after(() => {
  restore('SWAPGRAPH_CACHE', outside.cache);
  rmSync(folder, { recursive: true });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

const recorded = (): number => (existsSync(path.join(folder, 'graphs')) ? readdirSync(path.join(folder, 'graphs')).length : 0);

let runs = 0;
async function losses(options: Partial<TrainRunOptions> = {}): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const event of train(toy('/train/steps=2', '/data/pictures=8'), { dir: path.join(folder, `run-${runs++}`), engine, ...options })) {
    if (event.type === 'step') seen.push(event.outcome.terms);
  }
  return seen;
}

test('train keeps recorded steps as the command does, but not those of a registry of the caller\'s nor where it is told not to', async () => {
  const own = await losses({ registry });
  assert.equal(own.length, 2);
  assert.equal(recorded(), 0);
  process.env.SWAPGRAPH_GRAPH_CACHE = 'off';
  assert.deepEqual(await losses(), own);
  assert.equal(recorded(), 0);
  delete process.env.SWAPGRAPH_GRAPH_CACHE;
  assert.deepEqual(await losses(), own);
  assert.equal(recorded(), 1);
  assert.deepEqual(await losses(), own);
  assert.equal(recorded(), 1);
});
