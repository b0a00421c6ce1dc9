import assert from 'node:assert/strict';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { OpCase } from './case.ts';
import { decode, type Fixture } from './fixtures.ts';
import { argumentsOf, evaluator, gradientsOf, newTrace, projection } from './run.ts';

/** Largest difference allowed, relative to the largest magnitude of what is compared. */
const VALUES = 1e-5;
const GRADIENTS = 1e-4;

/** Compares outputs, reported statistics and gradients with what PyTorch computed in double precision. */
export function checkAgainstFixture(c: OpCase, fixture: Fixture): void {
  checkValues(c, fixture);
  if (Object.keys(fixture.gradients).length === 0) return;
  const all = argumentsOf(c);
  const run = evaluator(c, all);
  const gradients = gradientsOf((free) => projection(c, run(free)), all.free);
  assert.deepEqual(Object.keys(gradients).sort(), Object.keys(fixture.gradients).sort(), 'arguments with gradients');
  for (const [name, text] of Object.entries(fixture.gradients)) close(`gradient of ${name}`, gradients[name], decode(text), GRADIENTS);
}

/** Compares outputs and reported statistics only. */
export function checkValues(c: OpCase, fixture: Fixture): void {
  const all = argumentsOf(c);
  const trace = newTrace();
  const outputs = evaluator(c, all, trace)(all.free);
  assert.equal(outputs.length, fixture.outputs.length, 'number of outputs');
  outputs.forEach((y, k) => { close(`output ${k}`, y, decode(fixture.outputs[k]), VALUES); });
  assert.deepEqual(Object.keys(trace.statistics).sort(), Object.keys(fixture.statistics).sort(), 'reported statistics');
  for (const [name, text] of Object.entries(fixture.statistics)) close(`statistic ${name}`, trace.statistics[name], decode(text), VALUES);
}

function close(what: string, got: Tensor, expected: Float32Array, tolerance: number): void {
  const values = got.dataSync();
  assert.equal(values.length, expected.length, `size of ${what}`);
  const scale = Math.max(1e-6, ...expected.map(Math.abs));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    assert.ok(Number.isFinite(values[i]) === Number.isFinite(expected[i]), `${what}[${i}]: ${values[i]}, PyTorch ${expected[i]}`);
    if (Number.isFinite(expected[i])) worst = Math.max(worst, Math.abs(values[i] - expected[i]) / scale);
  }
  assert.ok(worst <= tolerance, `${what} differs from PyTorch's by ${worst} of its largest magnitude ${scale}`);
}
