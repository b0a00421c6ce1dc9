import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { tf } from '../../lib/engine/tf.ts';
import { compile, loadGraph } from '../../lib/index.ts';

test('the wasm engine predicts, has gradients, and tells what it cannot do', async () => {
  const engine = await loadEngine({ engine: 'wasm', threads: 4 });
  assert.equal(engine.name, 'wasm');
  assert.equal(tf.getBackend(), 'wasm');
  assert.deepEqual([engine.identity.tensorflowVersion, engine.identity.threads, engine.identity.gpu, engine.binding], [null, 1, null, undefined]);
  assert.deepEqual(engine.notices, ['the wasm engine computes with 1 thread in Node, not 4']);

  const x = tf.ones([1, 3, 3, 1]) as Tensor4D;
  const k = tf.ones([2, 2, 1, 1]) as Tensor4D;
  assert.deepEqual([...tf.conv2d(x, k, 1, 'valid').dataSync()], [4, 4, 4, 4]);
  const toInput = tf.grad((a: Tensor) => tf.sum(tf.conv2d(a as Tensor4D, k, 1, 'valid')));
  assert.deepEqual([...toInput(x).dataSync()], [1, 2, 1, 2, 4, 2, 1, 2, 1]);
  const toFilter = tf.grad((b: Tensor) => tf.sum(tf.conv2d(x, b as Tensor4D, 1, 'valid')));
  assert.throws(() => toFilter(k), /Conv2DBackpropFilter/);
});

test('the wasm engine refuses a model in mixed precision, before it has made weights', async () => {
  await loadEngine({ engine: 'wasm', threads: 1 });
  const graph = loadGraph('graphs/critics/patchgan.yaml');
  const before = tf.memory().numTensors;
  assert.throws(() => compile(graph, { precision: 'mixed-bfloat16' }), (error: unknown) => error instanceof DiagnosticError && /expected precision float32 where predict runs op by op/.test(error.message));
  assert.equal(tf.memory().numTensors, before);
});
