import { spawn } from 'node:child_process';

const PATIENCE_MS = 3_000;

/**
 * Runs a program to its end and returns its exit code and output; an abort ends it and every process it started.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, inherit?: boolean, signal?: AbortSignal }} [options] `inherit` lets it draw on the terminal itself
 * @returns {Promise<{ code: number, stdout: string, output: string }>} `code` is 127 where the program does not exist
 */
export function run(command, args, { cwd, env = process.env, inherit = false, signal } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // A process group of its own: the command may be a wrapper, and killing that alone would leave its child at work.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: inherit ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'] });
    const stop = () => killGroup(child);
    signal?.addEventListener('abort', stop, { once: true });
    let stdout = '';
    let output = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, stdout, output: output + error.message }));
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? 128, stdout, output: killedBy ? `${output}\nkilled by ${killedBy}` : output });
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function killGroup(child) {
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // ended by itself
    }
  };
  if (child.pid === undefined) return;
  kill('SIGTERM');
  const timer = setTimeout(() => kill('SIGKILL'), PATIENCE_MS);
  child.once('close', () => clearTimeout(timer));
}
