import { createRequire } from 'node:module';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { withoutChatter } from './chatter.ts';
import { cpuFeatures } from './cpu.ts';
import type { Engine } from './contract.ts';
import { visibleGpus } from './gpu.ts';
import { registerGradients } from './gradients.ts';
import type { NativeBackend } from './native-binding.ts';
import { engineFolder, type NativeEngineName, PINNED_TENSORFLOW } from './packages.ts';
import { settledThreads, settleThreads } from './threads.ts';
import { tf } from './tf.ts';

const BACKEND = 'tensorflow';

/**
 * Loads TensorFlow through tfjs-node or tfjs-node-gpu, which `isBuilt` has found, and makes it the back end of `tf`.
 * @throws {DiagnosticError} `engine-unavailable` where it does not load, `engine-conflict` where this process has another one
 */
export function loadNative(name: NativeEngineName, threads: number | undefined): Engine {
  const loaded = tf.findBackend(BACKEND) as NativeBackend | null;
  if (loaded === null) {
    settleThreads(threads);
    requireNative(name);
  } else {
    refuseConflict(loaded, name, threads);
  }
  tf.setBackend(BACKEND);
  // tfjs-node warns of nothing that a user of this library could act on.
  tf.env().set('DEPRECATION_WARNINGS_ENABLED', false);
  registerGradients();
  return describeNative(name, tf.findBackend(BACKEND) as NativeBackend);
}

function requireNative(name: NativeEngineName): void {
  const folder = engineFolder(name);
  if (folder === undefined) throw unavailable(name, 'its npm package is not installed');
  keepNodesOldHelpers();
  const commandLine = process.argv;
  try {
    // The package's loader parses the command line, which is ours.
    process.argv = commandLine.slice(0, 2);
    const noDriver = visibleGpus().length === 0 ? /failed call to cuInit/ : undefined;
    withoutChatter(folder, () => createRequire(import.meta.url)(folder) as unknown, noDriver);
  } catch (error) {
    throw unavailable(name, (error as Error).message.split('\n')[0]);
  } finally {
    process.argv = commandLine;
  }
}

/** tfjs-node calls two functions of `node:util` that newer Nodes warn of (22) or lack (23). */
function keepNodesOldHelpers(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

function describeNative(name: NativeEngineName, backend: NativeBackend): Engine {
  const notices: string[] = [];
  const { TF_Version: tensorflowVersion } = backend.binding;
  if (tensorflowVersion !== PINNED_TENSORFLOW) {
    notices.push(`${name} runs TensorFlow ${tensorflowVersion}, this library is tested with ${PINNED_TENSORFLOW}: npx swapgraph setup installs it`);
  }
  if (name === 'native-gpu' && !backend.isUsingGpuDevice) notices.push('no GPU is visible to CUDA: native-gpu computes on the CPU');
  const gpu = backend.isUsingGpuDevice ? visibleGpus().join(', ') || 'GPU' : null;
  const identity = { tensorflowVersion, threads: settledThreads() ?? 1, cpuFeatures: cpuFeatures(), gpu };
  return { name, tf, identity, binding: backend.binding, notices };
}

function refuseConflict(loaded: NativeBackend, name: NativeEngineName, threads: number | undefined): void {
  const present: NativeEngineName = loaded.isGPUPackage ? 'native-gpu' : 'native-cpu';
  if (present !== name) throw conflict(`this process has loaded the engine ${present} already and cannot load ${name} too`);
  const settled = settledThreads();
  if (threads !== undefined && threads !== settled) {
    throw conflict(`TensorFlow was loaded with ${settled} threads; expected the same, received ${threads}`);
  }
}

function conflict(message: string): DiagnosticError {
  return new DiagnosticError([{ code: 'engine-conflict', severity: 'error', message, hint: 'use another process' }]);
}

function unavailable(name: NativeEngineName, reason: string): DiagnosticError {
  const message = `the engine ${name} does not load: ${reason}`;
  const hint = `npx swapgraph doctor tells more; npx swapgraph setup${name === 'native-gpu' ? ' --gpu' : ''} builds it anew`;
  return new DiagnosticError([{ code: 'engine-unavailable', severity: 'error', message, hint }]);
}
