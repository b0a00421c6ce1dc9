import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { withoutChatterLines } from '../../lib/engine/chatter.ts';
import { cpuFeatures, hasFastBfloat16 } from '../../lib/engine/cpu.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { visibleGpus } from '../../lib/engine/gpu.ts';
import { isBuilt } from '../../lib/engine/packages.ts';
import { settledThreads, settleThreads } from '../../lib/engine/threads.ts';

test('an unknown engine is an error that names the nearest one', async () => {
  await assert.rejects(loadEngine({ engine: 'native-cup' as 'auto' }), /expected auto, native-gpu, native-cpu, wasm, received "native-cup" \(did you mean "native-cpu"\?\)/);
});

test('a named engine that is not built is an error that says how to build it', { skip: isBuilt('native-gpu') && 'the GPU engine is built here' }, async () => {
  await assert.rejects(loadEngine({ engine: 'native-gpu' }), /native-gpu is not built on this machine \(build it: npx swapgraph setup --gpu\)/);
});

test('threads: the argument wins over the environment, the environment over the cores', () => {
  const env = (values: NodeJS.ProcessEnv): NodeJS.ProcessEnv => values;
  const named = env({ TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '2' });
  assert.equal(settleThreads(undefined, named), 3);
  assert.deepEqual(named, { TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '2' });
  assert.equal(settleThreads(1, named), 1);
  assert.deepEqual(named, { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' });
  const zero = env({ TF_NUM_INTRAOP_THREADS: '0' });
  assert.equal(settleThreads(undefined, zero), settledThreads(zero));
  assert.ok((settledThreads(zero) ?? 0) >= 1);
});

test('threads: anything but a whole number from 1 to 1024 is refused', () => {
  const wrong = fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 1025 }), fc.double({ noInteger: true }));
  fc.assert(fc.property(wrong, (threads) => assert.throws(() => settleThreads(threads, {}), /expected a whole number from 1 to 1024/)));
  assert.throws(() => settleThreads(undefined, { TF_NUM_INTRAOP_THREADS: 'many' }), /environment variable TF_NUM_INTRAOP_THREADS: .* received many/);
});

test('the processor is read from /proc/cpuinfo', () => {
  const x86 = 'processor\t: 0\nflags\t\t: fpu sse2 avx2 fma avx512f avx512_bf16 amx_bf16 amx_tile\n';
  assert.deepEqual(cpuFeatures(x86), ['amx_bf16', 'avx2', 'avx512_bf16', 'avx512f', 'fma']);
  assert.ok(hasFastBfloat16(cpuFeatures(x86)));
  assert.ok(!hasFastBfloat16(cpuFeatures('flags : avx2 fma\n')));
  assert.deepEqual(cpuFeatures('Features\t: fp asimd bf16\n'), ['asimd', 'bf16']);
  assert.deepEqual(cpuFeatures(''), []);
});

test('GPUs are found as the driver shows them, unless CUDA_VISIBLE_DEVICES hides them', () => {
  const root = mkdtempSync(join(tmpdir(), 'swapgraph-gpu-'));
  try {
    assert.deepEqual(visibleGpus({}, root), []);
    mkdirSync(join(root, 'dev'));
    writeFileSync(join(root, 'dev/dxg'), '');
    assert.deepEqual(visibleGpus({}, root), ['GPU of the Windows host']);
    writeFileSync(join(root, 'dev/nvidia0'), '');
    assert.deepEqual(visibleGpus({}, root), ['NVIDIA GPU']);
    mkdirSync(join(root, 'proc/driver/nvidia/gpus/0000:01:00.0'), { recursive: true });
    writeFileSync(join(root, 'proc/driver/nvidia/gpus/0000:01:00.0/information'), 'Model: \t\t NVIDIA A100\nIRQ: 1\n');
    assert.deepEqual(visibleGpus({}, root), ['NVIDIA A100']);
    assert.deepEqual(visibleGpus({ CUDA_VISIBLE_DEVICES: '0' }, root), ['NVIDIA A100']);
    for (const hidden of ['', '-1', 'NoDevFiles']) assert.deepEqual(visibleGpus({ CUDA_VISIBLE_DEVICES: hidden }, root), [], hidden);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('of what TensorFlow prints while it loads, errors and the unknown stay', () => {
  const text = [
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
    'I0000 00:00:1795363574.920919    7456 port.cc:153] oneDNN custom operations are on.',
    'I0000 00:00:1795363574.958347    7456 cpu_feature_guard.cc:227] This TensorFlow binary is optimized',
    'To enable the following instructions: AVX2, rebuild TensorFlow',
    'W0000 00:00:1795363574.958347    7456 gpu_device.cc:2430] Cannot dlopen some GPU libraries.',
    'E0000 00:00:1795366153.522455   28952 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)',
    '2026-01-01 10:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.',
    'a plugin says hello',
    '',
  ].join('\n');
  assert.deepEqual(withoutChatterLines(text).split('\n'), [
    'E0000 00:00:1795366153.522455   28952 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)',
    'a plugin says hello',
    '',
  ]);
  assert.equal(withoutChatterLines(text, /failed call to cuInit/), 'a plugin says hello\n');
});
