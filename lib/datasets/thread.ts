import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread on one of our own modules. From a checkout the module is TypeScript, which the thread can only load after registering
 * the loader itself: Node 20 does not take it over from the main thread, nor from `--import`.
 */
export function startThread(module: URL, workerData: unknown, options: Pick<WorkerOptions, 'env' | 'resourceLimits'> = {}): Worker {
  if (!module.pathname.endsWith('.ts')) return new Worker(module, { ...options, workerData });
  const start = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};\nregister();\nawait import(${JSON.stringify(module.href)});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(start)}`), { ...options, workerData, execArgv: [] });
}

/** The URL of a module beside `from` (an `import.meta.url`), by its name without extension: `.ts` in a checkout, `.js` when built. */
export function siblingModule(from: string, name: string): URL {
  return new URL(`./${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);
}
