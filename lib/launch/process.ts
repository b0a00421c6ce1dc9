import { fork, type ChildProcess } from 'node:child_process';
import type { RunMessage, RunOrder } from './messages.ts';

/** A run in a process of its own: the engine's thread pools and its memory are one per process. */
export interface RunProcess {
  readonly messages: AsyncIterable<RunMessage>;
  /** Asks the run to stop after the step under way, with a checkpoint. */
  interrupt(): void;
}

export interface ProcessOptions {
  /** The module that a run's process executes. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * What glibc is told in the process of a run: threads that share one pool of memory leave less of it unused (FaceChanger-like step, 64
 * pixels, two threads: 50 MiB less, as fast).
 */
export const ALLOCATOR = { MALLOC_ARENA_MAX: '1' } as const;

/**
 * What Node is told there: little room for young objects, of which a run has few and each of its threads would keep 48 MiB (the same step:
 * 70 MiB less in one thread; steps and renderer as fast).
 */
export const NODE_FLAGS = ['--max-semi-space-size=2'] as const;

/** Starts a run; its messages end with `ended`, `failed` or `restart`, whatever becomes of the process. */
export function startRun(order: RunOrder, options: ProcessOptions): RunProcess {
  const execArgv = [...NODE_FLAGS, ...(options.entry.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [])];
  // `advanced` keeps NaN and Infinity, which JSON would turn into null.
  const child = fork(options.entry, [JSON.stringify(order)], { execArgv, env: { ...ALLOCATOR, ...options.env }, serialization: 'advanced', stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  return { messages: messagesOf(child), interrupt: () => void (child.connected && child.send({ type: 'interrupt' })) };
}

async function* messagesOf(child: ChildProcess): AsyncGenerator<RunMessage> {
  const queue: (RunMessage | 'closed')[] = [];
  let wake = (): void => {};
  let errors = '';
  const push = (item: RunMessage | 'closed'): void => {
    queue.push(item);
    wake();
  };
  child.on('message', (message) => push(message as RunMessage));
  child.stderr?.on('data', (data: Buffer) => { errors = (errors + data.toString()).slice(-4000); });
  child.on('error', (error) => push({ type: 'failed', message: `the run's process did not start: ${error.message}`, diagnostics: [] }));
  let exit = '';
  child.on('close', (code, signal) => {
    exit = signal ? `signal ${signal}` : `code ${String(code)}`;
    push('closed');
  });
  let ended = false;
  for (;;) {
    while (queue.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
    const item = queue.shift() as RunMessage | 'closed';
    if (item === 'closed') break;
    ended ||= item.type === 'ended' || item.type === 'failed' || item.type === 'restart';
    yield item;
  }
  if (!ended) yield { type: 'failed', message: `the run's process ended with ${exit}${errors ? `: ${lastLines(errors)}` : ''}`, diagnostics: [] };
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-6).join('\n');
