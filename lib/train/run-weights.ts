import { failure } from '../diagnostics/failure.ts';
import type { Experiment } from '../ir/experiment.ts';
import { readSafetensors } from '../weights/safetensors.ts';
import type { WeightArray, Weights } from '../weights/weights.ts';
import { listCheckpoints } from './checkpoint.ts';
import { givenWeights } from './given-weights.ts';

/** The weights of a trained run for `predict`: its newest checkpoint's, moving averages where the experiment evaluates those. */
export function runWeights(dir: string, experiment: Experiment): Weights {
  const newest = listCheckpoints(dir).at(-1);
  if (!newest) throw failure('run/weights', `${dir} has no checkpoint`, undefined, 'the run has not trained yet');
  const { weights } = readSafetensors(newest.file, { only: (name) => name.startsWith('weight:') || name.startsWith('ema:') });
  const out = new Map<string, WeightArray>(givenWeights(experiment));
  for (const [key, array] of weights) if (key.startsWith('weight:')) out.set(key.slice('weight:'.length), array);
  if (experiment.evaluate.weights === 'ema') for (const [key, array] of weights) if (key.startsWith('ema:')) out.set(key.slice('ema:'.length), array);
  return out;
}
