import { createRequire } from 'node:module';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { cpuFeatures } from './cpu.ts';
import type { Engine } from './contract.ts';
import { registerGradients } from './gradients.ts';
import { tf } from './tf.ts';

/**
 * Makes tfjs's WebAssembly back end the one of `tf`. It needs no native code and predicts at about a fifth of the native speed on one
 * thread; it has no kernel for the gradient of a convolution's filter, so it cannot train convolutional networks.
 * @throws {DiagnosticError} `engine-unavailable`
 */
export async function loadWasm(threads: number | undefined): Promise<Engine> {
  createRequire(import.meta.url)('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) {
    throw new DiagnosticError([{ code: 'engine-unavailable', severity: 'error', message: 'the engine wasm does not start in this Node' }]);
  }
  await tf.ready();
  tf.env().set('DEPRECATION_WARNINGS_ENABLED', false);
  const notices = registerGradients() ? [] : ['the npm package @tensorflow/tfjs is missing: there are no gradients on the wasm engine'];
  if (threads !== undefined && threads !== 1) notices.push(`the wasm engine computes with 1 thread in Node, not ${threads}`);
  const identity = { tensorflowVersion: null, threads: 1, cpuFeatures: cpuFeatures(), gpu: null };
  return { name: 'wasm', tf, identity, notices };
}
