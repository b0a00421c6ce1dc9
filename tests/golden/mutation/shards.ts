import { inspect } from 'node:util';
import { checkMutations } from './run.ts';

// node --import tsx tests/golden/mutation/shards.ts FIRST COUNT [SIZE]: mutations in shards of one seed each, so that a long search can stop and go on.
const [first, count, size = 500] = process.argv.slice(2).map(Number);
if (![first, count, size].every(Number.isSafeInteger)) throw new Error('shards.ts FIRST COUNT [SIZE], three whole numbers');

for (let seed = first; seed < first + count; seed++) {
  const found = await checkMutations(size, seed).then((wrong) => `${wrong} of ${size} were mistakes`, (error: unknown) => `FAILED ${inspect(error)}`);
  console.log(`seed ${seed}: ${found}, heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB`);
}
