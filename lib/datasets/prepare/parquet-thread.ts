import { parentPort, workerData } from 'node:worker_threads';
import { extractRows } from './parquet-rows.ts';
import type { ExtractOrder } from './parquet-rows.ts';

// The thread behind parquet.ts: one file, then the end.
if (parentPort) {
  const port = parentPort;
  await extractRows(workerData as ExtractOrder).then(() => port.postMessage({}), (error: Error) => port.postMessage({ error: String(error.message).split('\n')[0] }));
}
