// Writes every example of every op with its drawn numbers as JSON, for generate.py: node --import tsx export.ts FILE
import { writeFileSync } from 'node:fs';
import { tf } from '../../../lib/engine/tf.ts';
import { standardOps } from '../../../lib/ops/index.ts';
import { encode, digestOf } from '../../conformance/fixtures.ts';
import { fixtureCase, type Numbers, type OpCase } from '../../conformance/case.ts';
import { argumentsOf, cotangent, evaluator, newTrace } from '../../conformance/run.ts';
import { nativeEngine } from '../../support/native.ts';

const numbers = (n: Numbers | null): object | null => (n === null ? null : { shape: n.shape, dtype: n.dtype, data: encode(n) });

function exported(c: OpCase): object {
  const trace = newTrace();
  const all = argumentsOf(c);
  // Run once for the random numbers that the op asks for and for the outputs' sizes.
  const outputs = evaluator(c, all, trace)(all.free);
  return {
    digest: digestOf(c), attrs: c.attrs, names: c.names, statistics: c.statistics, training: c.training,
    differentiable: c.op.traits?.nondifferentiable !== true,
    inputs: c.inputs.map(numbers),
    weights: Object.fromEntries(Object.entries(c.weights).map(([name, w]) => [name, numbers(w)])),
    trainable: c.trainable,
    draws: trace.draws.map((d) => ({ kind: d.kind, purpose: d.purpose, ...numbers(d.numbers) })),
    cotangents: outputs.map((y, k) => (y.dtype === 'float32' ? numbers(cotangent(c, k, y.shape)) : null)),
  };
}

nativeEngine();
const out: Record<string, object[]> = {};
for (const op of standardOps) {
  if (op.traits?.listwise !== undefined || op.traits?.higherOrder !== undefined) continue;
  out[op.name] = op.examples.map((_, index) => tf.tidy(() => exported(fixtureCase(op, index)) as never));
}
writeFileSync(process.argv[2], JSON.stringify(out));
