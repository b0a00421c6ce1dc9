import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import * as imported from '@tensorflow/tfjs-core';
import type { Engine } from '../../lib/engine/contract.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import type { NativeBackend } from '../../lib/engine/native-binding.ts';
import { PINNED_TENSORFLOW } from '../../lib/engine/packages.ts';
import { tf } from '../../lib/engine/tf.ts';
import { inChild } from './child.ts';

let engine: Engine;
before(async () => {
  engine = await loadEngine({ engine: 'native-cpu' });
});

test('the native engine says what it is', () => {
  assert.equal(engine.name, 'native-cpu');
  assert.equal(engine.identity.tensorflowVersion, PINNED_TENSORFLOW);
  assert.equal(engine.identity.gpu, null);
  assert.ok(engine.identity.threads >= 1);
  assert.equal(engine.binding?.TF_Version, PINNED_TENSORFLOW);
  assert.deepEqual(engine.notices, []);
});

test('there is one tfjs-core: ours, the one that ESM imports, and the one tfjs-node computes with', () => {
  assert.equal(imported.add, tf.add);
  assert.equal(imported.engine(), tf.engine());
  const node = createRequire(import.meta.url)('@tensorflow/tfjs-node') as typeof tf;
  assert.equal(node.Tensor, tf.Tensor);
  assert.equal(node.engine(), tf.engine());
  assert.equal(tf.getBackend(), 'tensorflow');
});

test('gradients of convolutions reach input and filter', () => {
  const gradients = tf.tidy(() => {
    const x = tf.ones([1, 3, 3, 1]) as imported.Tensor4D;
    const k = tf.ones([2, 2, 1, 1]) as imported.Tensor4D;
    const loss = (a: imported.Tensor, b: imported.Tensor): imported.Scalar => tf.sum(tf.conv2d(a as imported.Tensor4D, b as imported.Tensor4D, 1, 'valid'));
    return tf.grads(loss)([x, k]).map((g) => [...g.dataSync()]);
  });
  assert.deepEqual(gradients, [[1, 2, 1, 2, 4, 2, 1, 2, 1], [4, 4, 4, 4]]);
});

test('the binding runs an operation that tfjs has no function for', () => {
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const x = tf.tensor1d([0, 1]);
  const attrs = [{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }];
  const [y] = binding.executeOp('Erf', attrs, backend.getInputTensorIds([x]), 1);
  const [zero, one] = binding.tensorDataSync(y.id);
  assert.equal(zero, 0);
  assert.ok(Math.abs(one - 0.8427007929) < 1e-6);
  binding.deleteTensor(y.id);
  x.dispose();
});

test('loading it again gives the same one; another engine or another number of threads is refused', async () => {
  const again = await loadEngine({ engine: 'native-cpu' });
  assert.deepEqual(again.identity, engine.identity);
  assert.equal((await loadEngine()).name, 'native-cpu');
  const threads = engine.identity.threads + 1;
  await assert.rejects(loadEngine({ engine: 'native-cpu', threads }), /TensorFlow was loaded with \d+ threads; expected the same/);
});

test('loading prints nothing, even where another process set the log level for us; TF_CPP_MIN_LOG_LEVEL=0 shows all', () => {
  const load = `report((await loadEngine({ engine: 'native-cpu' })).name);`;
  const quiet = inChild(load);
  assert.deepEqual([quiet.value, quiet.stderr], ['native-cpu', '']);
  assert.equal(inChild(load, { TF_CPP_MIN_LOG_LEVEL: '2' }).stderr, '');
  assert.match(inChild(load, { TF_CPP_MIN_LOG_LEVEL: '0' }).stderr, /oneDNN custom operations are on/);
});

test('a real error of TensorFlow still reaches its caller', () => {
  assert.throws(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])), /Matrix size-incompatible/);
  const { binding } = engine;
  assert.throws(() => binding?.executeOp('NoSuchOperation', [], [], 1), /NoSuchOperation/);
});

const COUNT = `
  const { readdirSync, readFileSync } = await import('node:fs');
  const names = () => readdirSync('/proc/self/task').map((id) => readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim());
  const before = names().length;`;

test('TensorFlow makes the two pools of threads as large as asked', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const pools = (threads: number): unknown =>
    inChild(`${COUNT}
      const { identity } = await loadEngine({ engine: 'native-cpu', threads: ${threads} });
      report({ threads: identity.threads, more: names().length - before, interOp: names().filter((name) => name === 'tf_Compute').length });`).value;
  const one = pools(1) as { threads: number; more: number; interOp: number };
  const five = pools(5) as typeof one;
  assert.deepEqual([one.threads, one.interOp, five.threads, five.interOp], [1, 1, 5, 5]);
  // Both pools grow by four, the one within an operation and the one across operations.
  assert.equal(five.more - one.more, 8);
});

test('the environment names the threads where the caller does not', () => {
  const threads = `report((await loadEngine({ engine: 'native-cpu' })).identity.threads);`;
  assert.equal(inChild(threads, { TF_NUM_INTRAOP_THREADS: '3' }).value, 3);
});

test('the command line of the host program is not read by tfjs-node', () => {
  const lines = `process.argv.push('install', '--target=9', '--loglevel=silly');
    const { name } = await loadEngine({ engine: 'native-cpu' });
    report([name, process.argv.at(-1)]);`;
  assert.deepEqual(inChild(lines), { value: ['native-cpu', '--loglevel=silly'], stderr: '', status: 0 });
});
