import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readRecord } from '../../lib/launch/run-files.ts';
import { halvingOf } from '../../lib/launch/rungs.ts';
import { runStudy, type StudyEvent } from '../../lib/launch/run-study.ts';
import type { StopRule, StudyPlan } from '../../lib/study/plan.ts';
import { toy } from '../compile/step/support.ts';

let dir = '';
beforeEach(() => { dir = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-rungs-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const stop: StopRule = { type: 'asha', metric: 'csim', better: 'higher', rungs: [4, 8], reduction: 2 };
const plan = { kind: 'sweep', name: 's', variants: ['base', 'p-1', 'wild', 'p-3'].map((name) => ({ name, baseline: name === 'base', experiment: toy(), patches: [] })), seeds: [0, 1], metrics: ['csim'], claims: [], plumbing: false, stop } as unknown as StudyPlan;

/** The runs that were started, as `point/seed@rung`, and the event that tells of the study. */
async function follow(failure: string, signal = new AbortController().signal): Promise<{ started: string[]; study: StudyEvent }> {
  const entry = fileURLToPath(new URL('./fake-rung.mjs', import.meta.url));
  const events: StudyEvent[] = [];
  for await (const event of runStudy(plan, { dir, jobs: 2, engine: 'auto', plugins: [], entry, env: { ...process.env, FAKE_FAILURE: failure }, signal })) events.push(event);
  return { started: events.flatMap((e) => (e.type === 'run-started' ? [`${e.key.variant}/${e.key.seed}@${e.until ?? 'end'}`] : [])), study: events[0] };
}
const statuses = (): (string | undefined)[] => plan.variants.map((v) => readRecord(path.join(dir, v.name, 'seed-1'))?.status);

test('all points reach a rung before the best train on; a diverged point is out; starting again does nothing', async () => {
  const { started, study } = await follow('');
  assert.deepEqual(started.slice(0, 8).sort(), ['base', 'p-1', 'p-3', 'wild'].flatMap((p) => [`${p}/0@4`, `${p}/1@4`]));
  assert.deepEqual(started.slice(8), ['p-1/0@8', 'p-3/0@8', 'p-1/1@8', 'p-3/1@8', 'p-3/0@end', 'p-3/1@end']);
  assert.deepEqual(statuses(), ['stopped', 'stopped', 'failed', 'finished']);
  const last = toy().train.steps;
  assert.deepEqual(study, { type: 'study', runs: 8, done: 0, steps: 2 * (4 * 4 + 2 * 4 + last - 8) });
  assert.deepEqual(halvingOf(dir, plan, stop).stopped.map((s) => [s.variant, s.step, s.value]), [['base', 4, 0.5], ['wild', 4, NaN], ['p-1', 8, 1.5]]);
  const again = await follow('');
  assert.deepEqual([again.started, again.study], [[], { type: 'study', runs: 8, done: 8, steps: 0 }]);
});

test('a run that fails other than by diverging leaves its rung open, and is tried when started again', async () => {
  assert.equal((await follow('p-1 4')).started.length, 8);
  assert.deepEqual(statuses(), ['paused', 'failed', 'failed', 'paused']);
  assert.deepEqual((await follow('p-3 8')).started, ['p-1/0@4', 'p-1/1@4', 'p-1/0@8', 'p-3/0@8', 'p-1/1@8', 'p-3/1@8']);
  assert.deepEqual((await follow('')).started, ['p-3/0@8', 'p-3/1@8', 'p-3/0@end', 'p-3/1@end']);
  assert.deepEqual(statuses(), ['stopped', 'stopped', 'failed', 'finished']);
});
