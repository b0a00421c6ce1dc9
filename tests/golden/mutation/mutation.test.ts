import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMutations } from './run.ts';

test('2,000 mutations of shipped files give diagnostics or valid files', async () => {
  const wrong = await checkMutations(2000, 20251);
  assert.ok(wrong > 1000, `${wrong} of 2000 were mistakes`);
});
