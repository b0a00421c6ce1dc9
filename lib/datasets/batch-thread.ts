import { parentPort, workerData } from 'node:worker_threads';
import { lookUp, type LookUp } from '../hoist/look-up.ts';
import { assembleBatch, batchFields } from './batch.ts';
import { errorData, openedOf, type Order, type Reply, type ThreadStart } from './messages.ts';
import { openDataset } from './open.ts';
import { withTokens } from './tokens.ts';

// The thread behind batches.ts: opens the data set once, then makes one batch per order, in the order of the orders.
if (parentPort) {
  const { dataset: reference, request } = workerData as ThreadStart;
  const port = parentPort;
  const send = (reply: Reply, transfer: ArrayBuffer[] = []): void => port.postMessage(reply, transfer);
  try {
    const dataset = await withTokens(await openDataset(reference), request.fields);
    batchFields(dataset, request.fields);
    let queue = Promise.resolve();
    let wanted: LookUp | undefined;
    const make = async (step: number): Promise<void> => {
      try {
        const assembled = await assembleBatch(dataset, request, step);
        const batch = wanted ? { ...assembled, ...(await lookUp(assembled, wanted)) } : assembled;
        send({ kind: 'done', value: batch }, Object.values(batch).map((array) => array.data.buffer as ArrayBuffer));
      } catch (error) {
        send({ kind: 'failed', error: errorData(error) });
      }
    };
    port.on('message', (order: Order) => {
      queue = queue.then(order === 'close' ? async () => {
        await dataset.close?.();
        port.close();
      } : 'lookUp' in order ? async () => { wanted = order.lookUp; } : () => make(order.step));
    });
    send({ kind: 'opened', opened: openedOf(dataset) });
  } catch (error) {
    send({ kind: 'failed-to-open', error: errorData(error) });
  }
}
