import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tf } from '../../lib/engine/tf.ts';
import { standardOps } from '../../lib/ops/index.ts';
import { nativeEngine } from '../support/native.ts';
import { fixtureCase } from './case.ts';
import { NATIVE_ONLY } from './exceptions.ts';
import { readFixtures } from './fixtures.ts';
import { checkAgainstFixture } from './parity.ts';

// The stock JavaScript back end has no native operations, so every kernel of our own runs its portable side, as it does on wasm.
describe('portable kernels', () => {
  before(() => {
    nativeEngine();
    tf.setBackend('cpu');
    assert.equal(tf.getBackend(), 'cpu');
  });
  after(() => { tf.setBackend('tensorflow'); });

  for (const op of standardOps) {
    const fixtures = readFixtures(op.name) ?? [];
    fixtures.forEach((fixture, index) => {
      const key = `${op.name} #${index}`;
      if (fixture === null || NATIVE_ONLY[op.name] !== undefined || NATIVE_ONLY[key] !== undefined) return;
      it(key, () => { tf.tidy(() => { checkAgainstFixture(fixtureCase(op, index), fixture); }); });
    });
  }
});
