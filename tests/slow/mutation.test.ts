import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMutations } from '../golden/mutation/run.ts';

test('100,000 mutations of shipped files give diagnostics or valid files, in bounded memory', async () => {
  let wrong = 0;
  const memory: number[] = [];
  for (let round = 0; round < 20; round++) {
    wrong += await checkMutations(5000, 1000 + round);
    memory.push(process.memoryUsage().heapUsed);
  }
  assert.ok(wrong > 50_000, `${wrong} were mistakes`);
  assert.ok(Math.max(...memory) < 1.5e9, `the heap grew to ${Math.round(Math.max(...memory) / 1e6)} MB`);
});
