import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { tf } from '../../lib/engine/tf.ts';
import { standardOps } from '../../lib/ops/index.ts';
import { fixtureCase } from '../conformance/case.ts';
import { argumentsOf, evaluator, gradientsOf, projection } from '../conformance/run.ts';
import { nativeEngine } from '../support/native.ts';

before(nativeEngine);

// The compiled step runs every op once with tensors that have shapes and no values.
describe('no op reads the values of a tensor, not in its gradient either', () => {
  for (const op of standardOps) {
    if (op.traits?.listwise !== undefined || op.traits?.higherOrder !== undefined) continue;
    it(op.name, () => {
      op.examples.forEach((_, index) => {
        tf.tidy(() => {
          const c = fixtureCase(op, index);
          const all = argumentsOf(c);
          const run = evaluator(c, all);
          const outputs = withoutReading(() => run(all.free));
          assert.ok(outputs.length > 0);
          if (op.traits?.nondifferentiable || outputs.every((y) => y.dtype !== 'float32')) return;
          const gradients = withoutReading(() => gradientsOf((free) => projection(c, run(free)), all.free));
          assert.deepEqual(Object.keys(gradients), Object.keys(all.free));
        });
      });
    });
  }
});

function withoutReading<T>(f: () => T): T {
  const engine = tf.engine();
  const { readSync, read } = engine;
  const refuse = (): never => { throw new Error('read the values of a tensor'); };
  engine.readSync = refuse;
  engine.read = refuse;
  try {
    return f();
  } finally {
    Object.assign(engine, { readSync, read });
  }
}
