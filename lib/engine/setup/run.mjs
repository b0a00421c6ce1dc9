import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and returns its exit code and output; it dies with this process.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, inherit?: boolean, signal?: AbortSignal }} [options] `inherit` lets it draw on the terminal itself
 * @returns {Promise<{ code: number, stdout: string, output: string }>} `code` is 127 where the program does not exist
 */
export function run(command, args, { cwd, env = process.env, inherit = false, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, signal, stdio: inherit ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      // An aborted child is still dying: its files must not be removed under it, so wait for `close`.
      if (!signal?.aborted) resolve({ code: 127, stdout, output: output + error.message });
      else if (child.pid === undefined) reject(signal.reason);
    });
    child.on('close', (code, killedBy) => {
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? 128, stdout, output: killedBy ? `${output}\nkilled by ${killedBy}` : output });
    });
  });
}
