import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { standardOps } from '../../lib/ops/index.ts';
import { withDefaults } from '../../lib/registry/attributes.ts';
import type { BuildContext, Op } from '../../lib/registry/op.ts';
import { nativeEngine } from '../support/native.ts';

interface Case {
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly in: readonly number[][];
  readonly shape: readonly number[];
  readonly out: string;
  readonly gradients: readonly string[];
}

// Written by tests/parity/ops/cases.py.
const cases = JSON.parse(readFileSync(new URL('../parity/ops/cases.json', import.meta.url), 'utf8')) as Record<string, Case[]>;

before(nativeEngine);

for (const [name, list] of Object.entries(cases)) {
  describe(`${name} with random options and odd sizes`, () => {
    it(`equals PyTorch in ${list.length} cases, values and gradients`, () => {
      const op = standardOps.find((o) => o.name === name) as Op;
      for (const c of list) tf.tidy(() => { check(op, c); });
    });
  });
}

function check(op: Op, c: Case): void {
  const title = `${op.name} ${JSON.stringify(c.attrs)} of ${JSON.stringify(c.in)}`;
  const attrs = withDefaults(op.attrs, c.attrs);
  assert.deepEqual(op.shape(attrs, c.in, []), [c.shape], title);
  const run = op.build(attrs, []);
  const inputs = c.in.map((shape, port) => drawn(shape, port));
  const forward = (...x: Tensor[]): Tensor => run(x, {}, {} as BuildContext)[0];
  const y = forward(...inputs);
  close(`${title}: output`, y, c.out, 1e-5);
  const cotangent = tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.cos(0.577 * i)), y.shape);
  const { grads } = tf.engine().gradients(() => tf.sum(tf.mul(forward(...inputs), cotangent)) as never, inputs, undefined, true);
  c.gradients.forEach((expected, i) => { close(`${title}: gradient ${i}`, (grads[i] as Tensor | undefined) ?? tf.zerosLike(inputs[i]), expected, 1e-4); });
}

function drawn(shape: readonly number[], port: number): Tensor {
  const size = shape.reduce((n, d) => n * d, 1);
  return tf.tensor(Float32Array.from({ length: size }, (_, i) => 1.3 * Math.sin(1 + 0.731 * (port + 1) * i)), [...shape]);
}

function close(what: string, got: Tensor, text: string, tolerance: number): void {
  const bytes = Buffer.from(text, 'base64');
  const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const scale = Math.max(1, ...expected.map(Math.abs));
  const values = got.dataSync();
  const worst = expected.reduce((w, e, i) => Math.max(w, Math.abs(e - values[i])), 0);
  assert.ok(worst <= tolerance * scale, `${what} is off by ${worst}`);
}
