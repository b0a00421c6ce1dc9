import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkBfloat16, diagnose } from '../../lib/engine/doctor.ts';
import { bestOf, checkEngine } from '../../lib/engine/doctor-engines.ts';
import { renderDoctor } from '../../lib/engine/doctor-text.ts';
import type { Probe } from '../../lib/engine/probe.ts';

test('the doctor finds this machine fit, in data that JSON can hold', async () => {
  const report = await diagnose();
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  const names = report.checks.map((check) => check.name);
  for (const name of ['Node', 'processor', 'bfloat16', 'memory', 'engine native-cpu', 'engine wasm', 'pip', 'C++ compiler', 'cache', 'mlflow', 'ffmpeg']) {
    assert.ok(names.includes(name), name);
  }
  assert.equal(report.checks.find((check) => check.name === 'engine native-cpu')?.status, 'ok');
  assert.equal(report.healthy, true);
  assert.ok(report.engine === 'native-cpu' || report.engine === 'native-gpu');
  for (const check of report.checks) assert.ok(check.status === 'ok' || check.next, `${check.name} says what to do`);
});

const works = (gpu: boolean, tensorflowVersion = '2.21.0'): Probe => ({ works: true, gpu, tensorflowVersion });
const broken: Probe = { works: false, reason: 'libcudart.so.12: cannot open shared object file' };

test('each engine is judged by what came of trying it', () => {
  const rows = [
    checkEngine('native-cpu', undefined, []),
    checkEngine('native-cpu', works(false), []),
    checkEngine('native-cpu', works(false, '2.9.1'), []),
    checkEngine('native-gpu', undefined, []),
    checkEngine('native-gpu', undefined, ['NVIDIA A100']),
    checkEngine('native-gpu', broken, ['NVIDIA A100']),
    checkEngine('native-gpu', works(false), []),
    checkEngine('native-gpu', works(false), ['NVIDIA A100']),
    checkEngine('native-gpu', works(true), ['NVIDIA A100']),
  ].map(({ status, detail, next }) => [status, detail, next ?? '']);
  assert.deepEqual(rows, [
    ['missing', 'not built', 'npx swapgraph setup'],
    ['ok', 'loads; TensorFlow 2.21.0', ''],
    ['warning', 'loads; TensorFlow 2.9.1; this library is tested with 2.21.0', 'npx swapgraph setup'],
    ['ok', 'not built, and no GPU is visible', ''],
    ['warning', 'not built, though a GPU is visible: NVIDIA A100', 'npx swapgraph setup --gpu'],
    ['warning', `does not load: ${broken.reason}, though a GPU is visible: NVIDIA A100`, 'npx swapgraph setup --gpu'],
    ['ok', 'loads; TensorFlow 2.21.0; no GPU is visible, it computes on the CPU', ''],
    [
      'warning',
      'loads; TensorFlow 2.21.0; CUDA finds no GPU, it computes on the CPU',
      'update the NVIDIA driver (525 or newer), or build again without --no-cuda-libraries',
    ],
    ['ok', 'loads; TensorFlow 2.21.0 on NVIDIA A100', ''],
  ]);
});

test('auto takes a GPU that works, then the CPU, then wasm', () => {
  const wasm = works(false);
  assert.equal(bestOf({ 'native-gpu': works(true), 'native-cpu': works(false), wasm }), 'native-gpu');
  assert.equal(bestOf({ 'native-gpu': works(false), 'native-cpu': works(false), wasm }), 'native-cpu');
  assert.equal(bestOf({ 'native-gpu': works(false), wasm }), 'native-gpu');
  assert.equal(bestOf({ 'native-cpu': broken, wasm }), 'wasm');
  assert.equal(bestOf({}), null);
});

test('a report reads as lines, what to do below what is wrong', () => {
  const checks = [
    { name: 'Node', status: 'ok', detail: 'v20.20.2' },
    { name: 'engine native-cpu', status: 'missing', detail: 'not built', next: 'npx swapgraph setup' },
  ] as const;
  const report = { version: '0.1.0', checks, engine: 'wasm', cpuFeatures: [], gpus: [], healthy: false } as const;
  assert.equal(
    renderDoctor(report),
    [
      'swapgraph 0.1.0',
      'ok      Node               v20.20.2',
      'MISSING engine native-cpu  not built',
      '                           -> npx swapgraph setup',
      '--engine auto takes wasm.',
      '',
    ].join('\n'),
  );
  assert.match(renderDoctor(report, true), /\u001b\[31mMISSING/);
});

test('it says where bfloat16 will not pay', () => {
  assert.match(checkBfloat16(['avx2', 'fma']).detail, /will not pay/);
  assert.match(checkBfloat16(['avx512_bf16', 'avx512f']).detail, /has instructions for it/);
  assert.deepEqual([checkBfloat16([]), checkBfloat16(['bf16'])].map((c) => [c.name, c.status]), [['bfloat16', 'ok'], ['bfloat16', 'ok']]);
});
