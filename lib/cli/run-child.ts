import path from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { loadEngine } from '../engine/engine.ts';
import { executeRun } from '../launch/execute.ts';
import type { RunMessage, RunOrder } from '../launch/messages.ts';
import { readPlan, writeRecord, type RunRecord } from '../launch/run-files.ts';
import { standardRegistry } from '../standard-registry.ts';
import { runFolder, type StudyPlan } from '../study/plan.ts';
import { loadPlugins } from './plugins.ts';
import { toolName } from './version.ts';

/** The process of one run: told by its parent what to do, it tells what happens. */
async function main(order: RunOrder): Promise<void> {
  const abort = new AbortController();
  process.on('message', () => abort.abort());
  // Ctrl-C reaches the whole group: the parent decides, and this process ends with a checkpoint.
  process.on('SIGINT', () => abort.abort());
  process.on('SIGTERM', () => abort.abort());
  process.on('disconnect', () => abort.abort());
  const registry = standardRegistry(...(await loadPlugins(order.plugins)));
  const engine = await loadEngine({ engine: order.engine, ...(order.threads === undefined ? {} : { threads: order.threads }) });
  engine.notices.forEach((text) => tell({ type: 'notice', text }));
  const { experiment } = (readPlan(order.studyDir) as StudyPlan).variants.find((v) => v.name === order.variant) as StudyPlan['variants'][number];
  const record = await executeRun({
    experiment, seed: order.seed, registry, engine, signal: abort.signal, tool: toolName(), now: () => performance.now() / 1000,
    name: `${order.study}/${order.variant}/seed-${order.seed}`, dir: folderOf(order), eager: order.eager === true, emit: (event) => tell({ type: 'event', event }),
  });
  tell({ type: 'ended', record });
}

const folderOf = (order: RunOrder): string => path.join(order.studyDir, runFolder(order));

function tell(message: RunMessage): void {
  if (process.connected) process.send?.(message);
}

function fail(order: RunOrder, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const record: RunRecord = { status: 'failed', step: 0, metrics: {}, failures: {}, controls: {}, seconds: 0, configHash: '', dataHash: '', engine: '', failure: message };
  writeRecord(folderOf(order), record);
  const shown = process.env.SWAPGRAPH_DEBUG && error instanceof Error ? (error.stack ?? message) : message;
  tell({ type: 'failed', message: shown, diagnostics: error instanceof DiagnosticError ? error.diagnostics : [] });
}

const order = JSON.parse(process.argv[2]) as RunOrder;
try {
  await main(order);
} catch (error) {
  fail(order, error);
  process.exitCode = 3;
}
if (process.connected) process.disconnect();
