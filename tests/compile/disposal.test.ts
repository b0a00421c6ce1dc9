import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const child = fileURLToPath(new URL('../support/compile-memory-child.ts', import.meta.url));

/** The first rounds fill the pools of allocators. */
const WARM = 5;
/** A session that is not deleted costs 6 MiB of a prediction and 12 of a step, so 120 and 240 in all: measured. */
const BOUND = 16;

for (const kind of ['prediction', 'step']) {
  test(`20 compiled graphs of a ${kind}, each run and disposed of, leave no memory behind`, (t) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', child, kind, String(WARM + 20)], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const { resident, tensors } = JSON.parse(stdout.trim().split('\n').at(-1) as string) as { readonly resident: readonly number[]; readonly tensors: number };
    assert.deepEqual([resident.length, tensors], [WARM + 20, 0]);
    const [early, late] = [resident[WARM - 1], resident[WARM + 19]];
    t.diagnostic(`${early.toFixed(1)} MiB after ${WARM}, ${late.toFixed(1)} after ${WARM + 20}`);
    assert.ok(late - early < BOUND, `${early.toFixed(1)} MiB after ${WARM} rounds, ${late.toFixed(1)} after ${WARM + 20}`);
  });
}
