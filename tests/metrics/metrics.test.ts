import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createRegistry } from '../../lib/registry/registry.ts';
import type { Sample } from '../../lib/registry/dataset.ts';
import type { SwapResult } from '../../lib/registry/metric.ts';
import { csim } from '../../lib/metrics/csim.ts';
import { expressionError } from '../../lib/metrics/expression-error.ts';
import type { FaceMeasurer } from '../../lib/metrics/face-measurer.ts';
import { idResidual } from '../../lib/metrics/id-residual.ts';
import { idRetrieval } from '../../lib/metrics/id-retrieval.ts';
import { standardMetrics } from '../../lib/metrics/index.ts';
import { oracleL1 } from '../../lib/metrics/oracle-l1.ts';
import { poseDistance, poseError } from '../../lib/metrics/pose-error.ts';
import { psnrOutsideMask } from '../../lib/metrics/psnr-outside-mask.ts';
import { metricsReference } from '../../lib/metrics/reference.ts';

/** A 2 x 2 picture whose first numbers are what the fake networks below read. */
const picture = (...values: number[]): Float32Array => Float32Array.from({ length: 12 }, (_, i) => values[i] ?? 0);
const sample = (id: string, identity: string, image: Float32Array, mask?: Float32Array): Sample =>
  ({ id, identity, fields: { image, ...(mask ? { mask } : {}) } });

/** Reads the descriptor, pose and expression from the first three numbers; a negative first number is no face. */
const faces = (): FaceMeasurer => ({
  describe: (pictures) => pictures.map(({ data }) => (data[0] < 0 ? Float32Array.of(NaN, NaN) : data.slice(0, 2))),
  express: (pictures) => pictures.map(({ data }) => (data[0] < 0 ? undefined : data.slice(0, 2))),
  pose: (pictures) => pictures.map(({ data }) => (data[0] < 0 ? undefined : { yaw: data[0], pitch: data[1], roll: data[2] })),
});
const anna = sample('anna/1', 'anna', picture(1, 0));
const ben = sample('ben/1', 'ben', picture(0, 1));
const swapped = (swap: Float32Array, source = anna, target = ben): SwapResult => ({ source, target, swap, size: 2 });

test('csim and id-residual are cosines to source and target', async () => {
  const swaps = [swapped(picture(2, 0)), swapped(picture(3, 4)), swapped(picture(-1))];
  const toSource = await csim(faces).measure(swaps);
  assert.deepEqual(toSource.perSwap.map((v) => Math.round(v * 1e6) / 1e6), [1, 0.6, NaN]);
  assert.ok(Math.abs(toSource.value - 0.8) < 1e-6);
  assert.equal(toSource.failures, 1);
  const toTarget = await idResidual(faces).measure(swaps);
  assert.deepEqual(toTarget.perSwap.map((v) => Math.round(v * 1e6) / 1e6), [0, 0.8, NaN]);
});

test('id-retrieval asks for the identity of the nearest picture, and a failure is wrong', async () => {
  const otherAnna = sample('anna/2', 'anna', picture(0.9, 0.5));
  const swaps = [swapped(picture(1, 0.1)), swapped(picture(0, 2)), swapped(picture(0.8, 0.6)), swapped(picture(-1)), swapped(picture(1, 1), ben, otherAnna)];
  const { value, perSwap, failures } = await idRetrieval(faces).measure(swaps);
  assert.deepEqual(perSwap, [100, 0, 100, 0, 0]);
  assert.equal(value, 40);
  assert.equal(failures, 1);
});

test('pose-error goes the short way round and counts what it cannot see', async () => {
  assert.equal(poseDistance({ yaw: 3, pitch: 0, roll: -178 }, { yaw: 0, pitch: 0, roll: 178 }), 5);
  assert.equal(poseDistance({ yaw: -10, pitch: 5, roll: 0 }, { yaw: -10, pitch: 5, roll: 0 }), 0);
  const outcome = await poseError(faces).measure([swapped(picture(3, 1, 4)), swapped(picture(-1)), swapped(picture(0, 1, 0), anna, sample('x', 'x', picture(-1)))]);
  assert.deepEqual(outcome.perSwap, [5, NaN, NaN]);
  assert.equal(outcome.value, 5);
  assert.equal(outcome.failures, 2);
  const nothing = await poseError(faces).measure([swapped(picture(-1))]);
  assert.deepEqual(nothing, { value: NaN, perSwap: [NaN], failures: 1 });
});

test('expression-error is the distance of the probabilities', async () => {
  const { perSwap } = await expressionError(faces).measure([swapped(picture(0.6, 0.2)), swapped(picture(0, 1))]);
  assert.deepEqual(perSwap.map((v) => Math.round(v * 1e6) / 1e6), [1, 0]);
});

test('psnr-outside-mask looks only outside the mask', async () => {
  const mask = Float32Array.of(1, 1, 0, 0);
  const target = sample('t', 't', picture(), mask);
  const face = picture(0.5, 0.5, 0.5, 0.5);
  const back = picture(0, 0, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
  const bytes = sample('b', 'b', picture(), Uint8Array.of(255, 255, 0, 0) as never);
  const { perSwap, failures } = await psnrOutsideMask.measure([swapped(face, anna, target), swapped(back, anna, target), swapped(back, anna, bytes), swapped(back, anna, ben)]);
  assert.deepEqual(perSwap.map((v) => Math.round(v * 1e4) / 1e4), [100, 20, 20, NaN]);
  assert.equal(failures, 1);
});

test('oracle-l1 compares with the perfect answer, where there is one', async () => {
  const answer = sample('answer', 'anna', picture(0.5));
  const known = await oracleL1(async () => answer).measure([swapped(picture(0.5)), swapped(picture(0.25, 0.5))]);
  assert.deepEqual(known.perSwap, [0, 0.75 / 12]);
  assert.equal((await oracleL1(undefined).measure([swapped(picture())])).failures, 1);
});

test('the metrics fit one registry, and their page is up to date', () => {
  assert.equal(createRegistry({ metrics: standardMetrics }).metrics.size, 7);
  const page = new URL('../../docs/reference/metrics.md', import.meta.url);
  const text = metricsReference(standardMetrics);
  if (process.env.UPDATE_DOCS) writeFileSync(page, text);
  assert.equal(readFileSync(page, 'utf8'), text, 'docs/reference/metrics.md is stale: run this test with UPDATE_DOCS=1');
});
