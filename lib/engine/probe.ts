import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { EngineName } from './contract.ts';
import { engineFolder, packageRoot } from './packages.ts';

/** What an engine turned out to be when it was loaded in a process of its own. */
export type Probe =
  | { readonly works: true; readonly tensorflowVersion: string | null; readonly gpu: boolean }
  | { readonly works: false; readonly reason: string };

const PATIENCE_MS = 120_000;

/** Loads an engine in another process and multiplies two matrices, so that a crash there does no harm here. */
export async function probeEngine(engine: EngineName): Promise<Probe> {
  const folder = engineFolder(engine);
  if (folder === undefined) return { works: false, reason: 'its npm package is not installed' };
  const { code, stdout, stderr } = await runNode([join(packageRoot(), 'lib/engine/setup/probe.mjs'), folder]);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !last.startsWith('{')) return { works: false, reason: reasonFrom(stderr) ?? `its process ended with ${code}` };
  const found = JSON.parse(last) as { tensorflowVersion: string | null; gpu: boolean; correct: boolean };
  if (!found.correct) return { works: false, reason: 'it computes a wrong matrix product' };
  return { works: true, tensorflowVersion: found.tensorflowVersion, gpu: found.gpu };
}

function runNode(args: readonly string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', (error) => resolve({ code: error.message, stdout, stderr }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', stdout, stderr }));
  });
}

function reasonFrom(stderr: string): string | undefined {
  const error = /^(?:\w*Error): (.*)$/m.exec(stderr)?.[1];
  return error ?? stderr.trim().split('\n').at(-1)?.trim();
}
