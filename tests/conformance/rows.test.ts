import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { standardOps } from '../../lib/ops/index.ts';
import type { Op, Rows } from '../../lib/registry/op.ts';
import { nativeEngine } from '../support/native.ts';
import { drawCase, exampleInputs, bindShape, type OpCase } from './case.ts';
import { argumentsOf, evaluator } from './run.ts';

// What an op declares about the rows of a batch is what hoisting relies on: here every example is computed whole and row by row.
const SIZES = { N: 5, H: 6, W: 5, C: 4, T: 3, D: 6 };

/** Ops that may mix rows whatever their attributes, in all of their examples. */
const MIXING = ['constant', 'gradient', 'learned', 'linspace', 'random-bernoulli', 'random-int', 'random-normal', 'random-uniform', 'weighted-mean'];

function caseOf(op: Op, index: number): OpCase {
  const shapes = exampleInputs(op.examples[index]).map((s) => (s === null ? null : bindShape(s, SIZES, ['N', 'H', 'W', 'C', 'T', 'D', ...'ABEFGKLMPQRSUVXYZ'])));
  return { ...drawCase(op, index, shapes, SIZES), statistics: 'stored', training: false };
}

function rowsOf(c: OpCase): Rows | undefined {
  const rule = c.op.traits?.rows;
  return typeof rule === 'function' ? rule(c.attrs, c.inputs.map((x) => x?.shape)) : rule;
}

function run(c: OpCase, attrs: OpCase['attrs'], inputs: readonly (Tensor | undefined)[]): readonly Tensor[] {
  const { free, fixed } = argumentsOf(c);
  const given = Object.fromEntries(inputs.flatMap((x, i) => (x ? [[`input ${i}`, x]] : [])));
  return evaluator({ ...c, attrs }, { free, fixed: { ...fixed, ...free, ...given } })(given);
}

function same(a: Tensor, b: Tensor, tolerance: number): void {
  assert.deepEqual(a.shape, b.shape);
  const [x, y] = [a.dataSync(), b.dataSync()];
  x.forEach((v, i) => assert.ok(Math.abs(v - y[i]) <= tolerance * Math.max(1, Math.abs(v)) || (Number.isNaN(v) && Number.isNaN(y[i])), `${v} and ${y[i]}`));
}

function check(c: OpCase, rows: Rows): void {
  const inputs = c.inputs.map((x) => (x === null ? undefined : tf.tensor(x.data, [...x.shape], x.dtype)));
  const outputs = run(c, c.attrs, inputs);
  if (typeof rows === 'object' && 'copied' in rows) {
    rows.copied.forEach((ranges, k) => same(outputs[k], tf.concat(ranges.map((r) => tf.slice(inputs[r.input] as Tensor, [r.from], [r.count]))), 0));
    return;
  }
  const n = outputs[0].shape[0];
  const row = (x: Tensor, i: number): Tensor => (x.shape[0] === n ? tf.slice(x, [i], [1]) : x);
  for (let i = 0; i < n; i++) {
    const alone = run(c, rows === 'each' ? c.attrs : rows.attrs, inputs.map((x) => x && row(x, i)));
    alone.forEach((y, k) => same(y, row(outputs[k], i), 2e-5));
  }
}

before(nativeEngine);

describe('rows of a batch', () => {
  for (const op of standardOps) {
    if (op.traits?.listwise !== undefined) continue;
    const cases = op.examples.map((_, index) => caseOf(op, index));
    const declared = cases.filter((c) => rowsOf(c) !== undefined);
    it(`${op.name}: ${MIXING.includes(op.name) ? 'not declared' : 'as declared'}`, () => {
      assert.equal(declared.length === 0, MIXING.includes(op.name), 'declare `rows`, or list the op here');
      for (const c of declared) tf.tidy(() => { check(c, rowsOf(c) as Rows); });
    });
  }
});
