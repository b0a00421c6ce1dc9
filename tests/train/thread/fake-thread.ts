import { parentPort, workerData } from 'node:worker_threads';
import { SessionError } from '../../../lib/compile/graph/session-error.ts';
import { NonFiniteError, type StepOutcome } from '../../../lib/compile/step/step-engine.ts';
import { failure } from '../../../lib/diagnostics/failure.ts';
import { serveStep } from '../../../lib/train/thread/serve.ts';

// A step that fails as it is told, without TensorFlow.
const outcome = (step: number): StepOutcome => ({ terms: { 'p/t': step }, gradientNorms: {}, learningRates: {}, totals: {} });

async function run(step: number): Promise<StepOutcome> {
  if (step === 1) throw new NonFiniteError(1, 'p', ['t', 'u'], 'gradient');
  if (step === 2) throw new SessionError('TensorFlow failed: no luck');
  if (step === 3) throw failure('run/weights', 'wrong weights', undefined, 'take others');
  if (step === 4) process.exit(9);
  return outcome(step);
}

if (parentPort) {
  void serveStep(parentPort, async () => {
    if (workerData === 'refuse') throw failure('run/weights', 'cannot open');
    return {
      step: { hoist: async () => undefined, hoisted: async () => ({ read: 0, computed: 0 }), run: (_batch, step) => run(step), weights: async () => new Map(), save: async () => ({ arrays: new Map(), updates: {} }), restore: async () => undefined, dispose: async () => undefined },
      opened: { engine: { name: 'native-cpu', identity: { tensorflowVersion: null, threads: 1, cpuFeatures: [], gpu: null } }, notices: ['hello'] },
    };
  });
}
