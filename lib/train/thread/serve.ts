import type { MessagePort } from 'node:worker_threads';
import type { HoistableStep } from '../../hoist/hoistable-step.ts';
import { errorOut } from './crossing.ts';
import type { OpenedStep, StepMethod, StepOrder, StepReply } from './messages.ts';

/** What a thread's module makes of the data it was started with. */
export interface ServedStep {
  readonly step: HoistableStep;
  readonly opened: OpenedStep;
}

/** The thread's end of `openThreadedStep`: opens the step, then answers one call after the other until it is told to close. */
export async function serveStep(port: MessagePort, open: () => Promise<ServedStep>): Promise<void> {
  const send = (reply: StepReply): void => port.postMessage(reply);
  let served: ServedStep;
  try {
    served = await open();
  } catch (error) {
    send({ kind: 'failed-to-open', error: errorOut(error) });
    return port.close();
  }
  const { step } = served;
  let queue = Promise.resolve();
  const answer = async (call: StepMethod): Promise<void> => {
    try {
      send({ kind: 'done', value: await perform(step, call) });
    } catch (error) {
      send({ kind: 'failed', error: errorOut(error) });
    }
  };
  port.on('message', (order: StepOrder) => {
    queue = queue.then(order === 'close' ? () => step.dispose().finally(() => port.close()) : () => answer(order));
  });
  send({ kind: 'opened', opened: served.opened });
}

function perform(step: HoistableStep, call: StepMethod): Promise<unknown> {
  switch (call.method) {
    case 'hoist': return step.hoist(call.samples, call.settings);
    case 'hoisted': return step.hoisted();
    case 'prepare': return step.prepare?.(call.step) ?? Promise.resolve();
    case 'run': return step.run(call.batch, call.step);
    case 'weights': return step.weights(call.which);
    case 'save': return step.save();
    case 'restore': return step.restore(call.state);
  }
}
