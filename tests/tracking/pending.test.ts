import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingRecords } from '../../lib/tracking/pending.ts';
import { onceEach } from '../../lib/tracking/problems.ts';
import type { TrackRecord } from '../../lib/tracking/records.ts';

const metrics = (count: number): TrackRecord => ({ k: 'metrics', points: Array.from({ length: count }, (_, i) => ['loss', i, 0, i] as const) });
const param: TrackRecord = { k: 'param', key: 'a', value: '1' };

test('points beyond the limit are dropped and counted, what else a run is never; the count is told once', () => {
  const told: string[] = [];
  const problems = onceEach((p) => told.push(p.message));
  const pending = new PendingRecords(5, [param]);
  pending.reportDropped(problems, '/there');
  pending.add([metrics(3), metrics(3), param, metrics(2), metrics(1)]);
  assert.deepEqual(pending.take(), [param, metrics(3), param, metrics(2)]);
  assert.deepEqual(pending.take(), []);
  pending.reportDropped(problems, '/there');
  pending.reportDropped(problems, '/there');
  assert.deepEqual(told, ['4 metric points were dropped while /there could not be written']);
});

test('what is given back comes first and counts towards the limit', () => {
  const pending = new PendingRecords(5);
  pending.add([metrics(4)]);
  const taken = pending.take();
  pending.add([metrics(1)]);
  pending.giveBack(taken);
  pending.add([metrics(1), param]);
  assert.deepEqual(pending.take(), [metrics(4), metrics(1), param]);
});
