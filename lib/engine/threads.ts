import { availableParallelism } from 'node:os';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

const INTRA_OP = 'TF_NUM_INTRAOP_THREADS';
const INTER_OP = 'TF_NUM_INTEROP_THREADS';

/**
 * Settles the number of threads before TensorFlow loads, and returns it: `requested`, else what the environment says, else the cores
 * this process may use. TensorFlow 2.21 reads TF_NUM_INTRAOP_THREADS (threads within an operation) and TF_NUM_INTEROP_THREADS
 * (operations side by side, in sessions) once, for eager contexts and sessions alike; it ignores OMP_NUM_THREADS. A worker
 * thread's environment does not reach it: load the engine on the main thread first.
 */
export function settleThreads(requested: number | undefined, env: NodeJS.ProcessEnv = process.env): number {
  if (requested !== undefined && !isThreadCount(requested)) throw badThreads('threads', String(requested));
  const threads = requested ?? threadsFrom(env, INTRA_OP) ?? availableParallelism();
  env[INTRA_OP] = String(threads);
  if (requested !== undefined || threadsFrom(env, INTER_OP) === undefined) env[INTER_OP] = String(threads);
  return threads;
}

/** The number that `settleThreads` left in the environment, or undefined before it ran. */
export function settledThreads(env: NodeJS.ProcessEnv = process.env): number | undefined {
  return threadsFrom(env, INTRA_OP);
}

function threadsFrom(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '' || text === '0') return undefined; // 0 is TensorFlow's own word for "you choose"
  if (!isThreadCount(Number(text))) throw badThreads(`environment variable ${name}`, text);
  return Number(text);
}

const isThreadCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 1024;

function badThreads(what: string, received: string): DiagnosticError {
  const message = `${what}: expected a whole number from 1 to 1024, received ${received}`;
  return new DiagnosticError([{ code: 'engine-threads', severity: 'error', message }]);
}
