import { execFile, spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../../lib/engine/cache-folder.ts';

const exec = promisify(execFile);
const VERSION = '3.17';

/** A virtual environment with MLflow in it, made in the cache folder where it is missing (about 500 MB, a minute or two). */
export async function mlflowBin(): Promise<string> {
  const cache = cacheFolder();
  const venv = join(cache, `mlflow-${VERSION}`);
  const bin = join(venv, 'bin');
  const there = await exec(join(bin, 'python'), ['-c', 'import flask_wtf, mlflow; print(mlflow.__version__)']).catch(() => undefined);
  if (there?.stdout.startsWith(VERSION) === true) return bin;
  await mkdir(cache, { recursive: true });
  await exec('python3', ['-m', 'venv', venv]);
  await exec(join(bin, 'pip'), ['install', '--quiet', `mlflow[auth]==${VERSION}.*`], { timeout: 900_000, maxBuffer: 1e8 });
  return bin;
}

/** A run as MLflow's own Python client reads it. */
export interface DumpedRun {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  readonly status: string;
  readonly start: number;
  readonly end: number | null;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** `[step, timestamp, Python's repr of the value]`, sorted. */
  readonly metrics: Readonly<Record<string, readonly (readonly [number, number, string])[]>>;
  readonly datasets: readonly unknown[];
  /** SHA-256 of each artifact, by path. */
  readonly artifacts: Readonly<Record<string, string>>;
}

const QUIET = { MLFLOW_ALLOW_FILE_STORE: 'true', MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false' };

export async function dumpRuns(bin: string, uri: string, artifacts: boolean, env: Readonly<Record<string, string>> = {}): Promise<DumpedRun[]> {
  const script = fileURLToPath(new URL('dump_runs.py', import.meta.url));
  const args = [script, uri, ...(artifacts ? ['artifacts'] : [])];
  const { stdout } = await exec(join(bin, 'python'), args, { env: { ...process.env, ...QUIET, ...env }, maxBuffer: 1e9 });
  return JSON.parse(stdout) as DumpedRun[];
}

export async function mlflow(bin: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr } = await exec(join(bin, 'mlflow'), args, { cwd, env: { ...process.env, ...QUIET }, maxBuffer: 1e8 });
  return stdout + stderr;
}

export interface RealServer {
  readonly uri: string;
  readonly port: number;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
}

/** Starts an MLflow server on 127.0.0.1 and waits until it answers. */
export function mlflowServer(bin: string, dir: string, args: readonly string[], port?: number, env: Readonly<Record<string, string>> = {}): Promise<RealServer> {
  return whenHealthy((at) => spawn(join(bin, 'mlflow'), ['server', '--host', '127.0.0.1', '--port', String(at), '--workers', '1', ...args], {
    cwd: dir, env: { ...process.env, ...QUIET, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
  }), port);
}

/** Starts a server by a line for the shell, which must set all it needs itself. */
export function startByHand(line: string, dir: string): Promise<RealServer> {
  return whenHealthy((at) => spawn('sh', ['-c', `${line} --port ${at}`], {
    cwd: dir, env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
  }));
}

async function whenHealthy(start: (port: number) => ChildProcessByStdio<null, Readable, Readable>, port?: number): Promise<RealServer> {
  const at = port ?? (await freePort());
  const child = start(at);
  let said = '';
  for (const out of [child.stdout, child.stderr]) out.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-5000)));
  const uri = `http://127.0.0.1:${at}`;
  for (let tries = 0; tries < 240; tries++) {
    if (child.exitCode !== null) throw new Error(`mlflow server ended: ${said}`);
    const healthy = await fetch(`${uri}/health`).then((r) => r.ok, () => false);
    if (healthy) return { uri, port: at, kill: () => killGroup(child) };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await killGroup(child);
  throw new Error(`mlflow server did not start: ${said}`);
}

/** The server has workers; all of them are of the group that was started here. */
async function killGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const closed = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await closed;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
