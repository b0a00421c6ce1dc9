import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { loadEngine } from '../../lib/engine/engine.ts';
import { tf } from '../../lib/engine/tf.ts';
import { standardOps } from '../../lib/ops/index.ts';
import { fixtureCase } from './case.ts';
import { WRONG_ON_WASM } from './exceptions.ts';
import { readFixtures } from './fixtures.ts';
import { checkValues } from './parity.ts';

// `check`, `predict` and `swap` run on wasm where nothing native can be built: values must be right there too.
describe('the wasm engine', () => {
  before(async () => {
    assert.equal((await loadEngine({ engine: 'wasm' })).name, 'wasm');
  });

  for (const op of standardOps) {
    if (WRONG_ON_WASM[op.name] !== undefined) continue;
    (readFixtures(op.name) ?? []).forEach((fixture, index) => {
      if (fixture !== null) it(`${op.name} #${index}`, () => { tf.tidy(() => { checkValues(fixtureCase(op, index), fixture); }); });
    });
  }
});
