import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { loadWasm } from '../../lib/engine/wasm.ts';
import { standardOps } from '../../lib/ops/index.ts';
import { fixtureCase } from '../conformance/case.ts';
import { decode, readFixtures } from '../conformance/fixtures.ts';
import { argumentsOf, evaluator } from '../conformance/run.ts';

before(async () => { await loadWasm(1); });

// Models predict on wasm where no native engine can be built.
describe('every op gives PyTorch’s values on the wasm engine', () => {
  for (const op of standardOps) {
    const fixtures = readFixtures(op.name);
    if (fixtures === undefined) continue;
    it(op.name, () => {
      fixtures.forEach((fixture, index) => {
        if (fixture === null) return;
        tf.tidy(() => {
          const c = fixtureCase(op, index);
          const all = argumentsOf(c);
          evaluator(c, all)(all.free).forEach((y, k) => { close(`${c.title} output ${k}`, y, decode(fixture.outputs[k])); });
        });
      });
    });
  }
});

function close(what: string, got: Tensor, expected: Float32Array): void {
  const values = got.dataSync();
  assert.equal(values.length, expected.length, what);
  const scale = Math.max(1e-6, ...expected.map(Math.abs));
  const worst = expected.reduce((w, e, i) => Math.max(w, Number.isFinite(e) ? Math.abs(e - Number(values[i])) : 0), 0);
  assert.ok(worst <= 1e-5 * scale, `${what} is off by ${worst}`);
}
