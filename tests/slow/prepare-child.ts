import { prepare } from '../../lib/datasets/prepare/prepare.ts';

// Prepares argv[2] into argv[3] with argv[4] workers; for prepare.test.ts, which kills it.
for await (const event of prepare([process.argv[2]], process.argv[3], { workers: Number(process.argv[4]) })) process.stdout.write(`${event.kind}\n`);
