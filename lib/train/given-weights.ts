import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { Experiment } from '../ir/experiment.ts';
import { weightsOf } from '../compile/step/step-weights.ts';
import { readNamedWeights } from '../weights/sources/index.ts';
import type { WeightArray, Weights } from '../weights/weights.ts';

/** The checkpoints that models name, under the ids of the run; every weight of such a model must be found, with its shape. */
export function givenWeights(experiment: Experiment): Weights {
  const out = new Map<string, WeightArray>();
  for (const model of Object.values(experiment.models)) {
    if (model.weights === undefined) continue;
    const found = readNamedWeights(model.weights, model.span);
    for (const spec of weightsOf(experiment).values()) {
      if (!spec.id.startsWith(`${model.name}/`)) continue;
      const name = spec.id.slice(model.name.length + 1);
      const array = found.get(name) ?? found.get(spec.id) ?? missing(name, model.weights, found, model.span);
      if (array.shape.join(',') !== spec.shape.join(',')) {
        throw failure('run/weights', `"${name}": ${model.weights} has shape [${array.shape.join(', ')}], the graph [${spec.shape.join(', ')}]`, model.span);
      }
      out.set(spec.id, array);
    }
  }
  return out;
}

function missing(name: string, source: string, found: Weights, span: Experiment['data']['span']): never {
  throw failure('run/weights', `${source} has no weight "${name}"`, span, suggestion(name, found.keys()));
}
