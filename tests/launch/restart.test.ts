import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readRecord, readSteps } from '../../lib/launch/run-files.ts';
import { runStudy, type StudyEvent } from '../../lib/launch/run-study.ts';
import type { StudyPlan } from '../../lib/study/plan.ts';
import { toy } from '../compile/step/support.ts';
import { ROOT } from '../golden/shipped.ts';
import { swapgraph, type Outcome } from '../support/command.ts';

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

test('TensorFlow failing in a step costs a process, not the run; failing again there fails it', () => {
  writeFileSync(path.join(dir, 'trap.mjs'), TRAP);
  writeFileSync(path.join(dir, 'late.yaml'), 'kind: graph\nname: late\nplugins: [./trap.mjs]\ninputs: { x: [N, H, W, 3], t: [N, H, W, 3] }\nnodes:\n  held: { op: trap, in: [x, t] }\n  mean: { op: mean, in: held }\noutputs: { loss: mean }\n');
  writeFileSync(path.join(dir, 'trapped.yaml'), `kind: experiment
name: trapped
extends: ${ROOT}/tests/support/tiny.yaml
set: { /train/steps: 8 }
add: { /phases/generator/terms/late: { graph: ./late.yaml, in: { x: swap, t: t }, weight: 0.1, from: 5 } }
`);
  const run = (out: string): Outcome => swapgraph(['run', 'trapped.yaml', '--allow-plugins', '--out', out], dir, { TRAP: out });
  const always = run('always');
  assert.equal(always.code, 3, always.err);
  assert.match(always.err, /TensorFlow failed: .*at step 5; going on from the last checkpoint in a new process/);
  assert.equal(readRecord(path.join(dir, 'always/trapped/seed-0'))?.status, 'failed');
  assert.ok(existsSync(path.join(dir, 'always/trapped/seed-0/checkpoints/step-000000003.safetensors')));
  assert.match(always.err, /failed: TensorFlow failed/);
  const once = run('once');
  assert.equal(once.code, 0, once.err);
  assert.match(once.err, /going on from the last checkpoint/);
  assert.deepEqual(readSteps(path.join(dir, 'once/trapped/seed-0')).map((s) => s.step), [0, 1, 2, 3, 4, 5, 6, 7]);
});
