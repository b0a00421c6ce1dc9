import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readRecord, readSteps } from '../../lib/launch/run-files.ts';
import { runStudy, type StudyEvent } from '../../lib/launch/run-study.ts';
import type { StudyPlan } from '../../lib/study/plan.ts';
import { toy } from '../compile/step/support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let dir = '';
before(() => { dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-restart-')); });
after(() => rmSync(dir, { recursive: true, force: true }));

async function follow(failure: string): Promise<StudyEvent[]> {
  const experiment = toy();
  const plan = { kind: 'ablation', name: 'p', variants: [{ name: 'full', baseline: true, experiment, patches: [] }], seeds: [0, 1], metrics: [], claims: [], plumbing: [] } as unknown as StudyPlan;
  const events: StudyEvent[] = [];
  const entry = fileURLToPath(new URL('./fake-run.mjs', import.meta.url));
  for await (const event of runStudy(plan, { dir: path.join(dir, failure), jobs: 2, engine: 'auto', plugins: [], entry, env: { ...process.env, FAKE_FAILURE: failure }, signal: new AbortController().signal })) events.push(event);
  return events;
}

test('a run whose process failed in TensorFlow goes on in another, and is told of once', async () => {
  const events = await follow('7 once');
  assert.equal(events.filter((e) => e.type === 'run-started').length, 2);
  assert.equal(events.filter((e) => e.type === 'run' && e.message.type === 'restart').length, 2);
  assert.deepEqual(events.flatMap((e) => (e.type === 'run-ended' ? [e.failure ?? e.record?.status] : [])), ['finished', 'finished']);
});

test('failing at the same step again, it fails', async () => {
  const events = await follow('7 always');
  assert.deepEqual(events.flatMap((e) => (e.type === 'run-ended' ? [e.failure] : [])), ['again at 7', 'again at 7']);
});

// A segment that is not there makes TensorFlow itself fail while the session runs, in the first process only or in all.
const TRAP = `import { existsSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const mark = new URL('./trapped', import.meta.url);
const bad = !existsSync(mark);
if (!isMainThread && process.env.TRAP === 'once') writeFileSync(mark, '');
export const ops = [{ name: 'trap', doc: 'Fails.', attrs: {}, inputs: ['x', 't'], shape: (_a, [x]) => [x], examples: [],
  build: () => ([x, t]) => {
    const row = t.sum().mul(1e-9).add(bad ? 1000 : 0).toInt().reshape([1]);
    return [x.add(t.flatten().slice([0], [1]).unsortedSegmentSum(row, 1).sum().mul(1e-9))];
  } }];
`;

test('TensorFlow failing in a step costs a process, not the run; failing again there fails it', async () => {
  writeFileSync(path.join(dir, 'trap.mjs'), TRAP);
  writeFileSync(path.join(dir, 'late.yaml'), 'kind: graph\nname: late\nplugins: [./trap.mjs]\ninputs: { x: [N, H, W, 3], t: [N, H, W, 3] }\nnodes:\n  held: { op: trap, in: [x, t] }\n  mean: { op: mean, in: held }\noutputs: { loss: mean }\n');
  writeFileSync(path.join(dir, 'trapped.yaml'), `kind: experiment
name: trapped
models: { generator: { graph: ${root}/graphs/generators/facechanger.yaml, with: { width: 4, depth: 1 } } }
data: { dataset: rendered-faces, size: 32, batch: 2, pictures: 16 }
step:
  inputs: { s: source.image, t: target.image }
  nodes:
    small: { op: resize, in: s, to: [4, 4], method: bilinear }
    flat: { op: flatten, in: small }
    swap: { model: generator, in: { target: t, id: flat } }
order: [generator]
phases:
  generator:
    update: [generator]
    optimizer: { type: adam, lr: 1e-3 }
    terms:
      same: { graph: ${root}/graphs/losses/l1.yaml, in: [swap, t] }
      late: { graph: ./late.yaml, in: { x: swap, t: t }, weight: 0.1, from: 5 }
train: { steps: 8, checkpoint: { every: 3, keep: 2 } }
`);
  const run = async (out: string, trap: string): Promise<{ code: number; stderr: string }> => {
    try {
      const { stderr } = await promisify(execFile)(process.execPath, [path.join(root, 'lib/cli/bin.mjs'), 'run', 'trapped.yaml', '--allow-plugins', '--out', out], { cwd: dir, env: { ...process.env, NO_COLOR: '1', TRAP: trap } });
      return { code: 0, stderr };
    } catch (error) {
      return error as { code: number; stderr: string };
    }
  };
  const always = await run('always', 'always');
  assert.equal(always.code, 3, always.stderr);
  assert.match(always.stderr, /TensorFlow failed: .*at step 5; going on from the last checkpoint in a new process/);
  assert.equal(readRecord(path.join(dir, 'always/trapped/seed-0'))?.status, 'failed');
  assert.ok(existsSync(path.join(dir, 'always/trapped/seed-0/checkpoints/step-000000003.safetensors')));
  assert.match(always.stderr, /failed: TensorFlow failed/);
  const once = await run('once', 'once');
  assert.equal(once.code, 0, once.stderr);
  assert.match(once.stderr, /going on from the last checkpoint/);
  assert.deepEqual(readSteps(path.join(dir, 'once/trapped/seed-0')).map((s) => s.step), [0, 1, 2, 3, 4, 5, 6, 7]);
});
