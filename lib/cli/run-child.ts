import path from 'node:path';
import { SessionError } from '../compile/graph/session-error.ts';
import { NonFiniteError } from '../compile/step/step-engine.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { cacheFolder } from '../engine/cache-folder.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { OpenStep } from '../launch/training.ts';
import { RESTART_CODE, type RunMessage, type RunOrder } from '../launch/messages.ts';
import { readPlan, writeRecord, type RunRecord } from '../launch/run-files.ts';
import type { Registry } from '../registry/registry.ts';
import { runFolder, type StudyPlan } from '../study/plan.ts';
import { systemClock } from '../tracking/clock.ts';
import { EXIT } from './exit.ts';
import { openStep } from './open-step.ts';
import { loadPlugins } from './plugins.ts';
import { toolName } from './version.ts';

/** The process of one run: told by its parent what to do, it tells what happens. `reached` hears of every step that is done. */
async function main(order: RunOrder, reached: (steps: number) => void): Promise<void> {
  const abort = new AbortController();
  process.on('message', () => abort.abort());
  // Ctrl-C reaches the whole group: the parent decides, and this process ends with a checkpoint.
  process.on('SIGINT', () => abort.abort());
  process.on('SIGTERM', () => abort.abort());
  process.on('disconnect', () => abort.abort());
  const { experiment } = (readPlan(order.studyDir) as StudyPlan).variants.find((v) => v.name === order.variant) as StudyPlan['variants'][number];
  // The step's thread starts first: it loads TensorFlow while this one loads what draws and measures faces.
  const step = openStep({
    experiment, seed: order.seed, engine: order.engine, plugins: order.plugins, eager: order.eager === true, registry: () => openRegistry(order),
    notice: (text) => tell({ type: 'notice', text }), ...(order.threads === undefined ? {} : { threads: order.threads }),
  });
  const record = await executeIn(order, experiment, step, abort.signal, reached);
  tell({ type: 'ended', record });
}

async function executeIn(order: RunOrder, experiment: Experiment, step: Promise<OpenStep>, signal: AbortSignal, reached: (steps: number) => void): Promise<RunRecord> {
  try {
    // Heard of in executeRun; here it may fail before anybody waits for it.
    step.catch(() => undefined);
    const { executeRun } = await import('../launch/execute.ts');
    return await executeRun({
      experiment, seed: order.seed, registry: await openRegistry(order), openStep: () => step, signal, eager: order.eager === true, tool: toolName(), now: () => performance.now() / 1000,
      name: `${order.study}/${order.variant}/seed-${order.seed}`, dir: folderOf(order),
      notice: (text) => tell({ type: 'notice', text }), ...(order.until === undefined ? {} : { until: order.until }),
      ...(order.hoistLimit === undefined ? {} : { hoist: { cache: cacheFolder(), limit: order.hoistLimit, now: systemClock().now() / 1000 } }),
      emit: (event) => {
        if (event.type === 'started') reached(event.step);
        if (event.type === 'step') reached(event.step + 1);
        tell({ type: 'event', event });
      },
    });
  } finally {
    // A thread that is left over would keep the process alive.
    await step.then((opened) => opened.step.dispose(), () => undefined);
  }
}

async function openRegistry(order: RunOrder): Promise<Registry> {
  const { standardRegistry } = await import('../standard-registry.ts');
  return standardRegistry(...(await loadPlugins(order.plugins)));
}

const folderOf = (order: RunOrder): string => path.join(order.studyDir, runFolder(order));

function tell(message: RunMessage): void {
  if (process.connected) process.send?.(message);
}

/** Says how the run failed. Gives the exit code. */
function fail(order: RunOrder, error: unknown, step: number): number {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SessionError && !order.restarted.includes(step)) {
    tell({ type: 'restart', step, message });
    return RESTART_CODE;
  }
  const record: RunRecord = { status: 'failed', step: 0, metrics: {}, failures: {}, controls: {}, seconds: 0, configHash: '', dataHash: '', engine: '', failure: message, ...(error instanceof NonFiniteError ? { diverged: true } : {}) };
  writeRecord(folderOf(order), record);
  const shown = process.env.SWAPGRAPH_DEBUG && error instanceof Error ? (error.stack ?? message) : message;
  tell({ type: 'failed', message: shown, diagnostics: error instanceof DiagnosticError ? error.diagnostics : [] });
  return EXIT.failed;
}

const order = JSON.parse(process.argv[2]) as RunOrder;
let step = 0;
try {
  await main(order, (steps) => { step = steps; });
} catch (error) {
  process.exitCode = fail(order, error, step);
}
if (process.connected) process.disconnect();
