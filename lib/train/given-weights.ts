import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { Experiment, ModelPlan } from '../ir/experiment.ts';
import type { IrWeight } from '../ir/ir.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { weightsOf } from '../compile/step/step-weights.ts';
import { readNamedWeights } from '../weights/sources/index.ts';
import { applyMapping } from '../weights/mapping.ts';
import type { WeightArray, Weights } from '../weights/weights.ts';

/** The checkpoints that models name, under the ids of the run; every weight of such a model must be found, with its shape. */
export function givenWeights(experiment: Experiment): Weights {
  const out = new Map<string, WeightArray>();
  for (const model of Object.values(experiment.models)) {
    if (model.weights === undefined) continue;
    const own = [...weightsOf(experiment).values()].filter((spec) => spec.id.startsWith(`${model.name}/`));
    const nameOf = (spec: IrWeight): string => spec.id.slice(model.name.length + 1);
    const found = underOurNames(readNamedWeights(model.weights, model.span), model, own.map(nameOf));
    for (const spec of own) {
      const name = nameOf(spec);
      const array = found.get(name) ?? found.get(spec.id) ?? missing(name, model.weights, found, model.span);
      if (array.shape.join(',') !== spec.shape.join(',')) {
        throw failure('run/weights', `"${name}": ${model.weights} has shape [${array.shape.join(', ')}], the graph [${spec.shape.join(', ')}]`, model.span);
      }
      out.set(spec.id, array);
    }
  }
  return out;
}

/** A checkpoint in our own names is taken as it is; any other by the graph's rules. */
function underOurNames(read: Weights, { mapping, name, span }: ModelPlan, wanted: readonly string[]): Weights {
  if (mapping === undefined || wanted.every((ours) => read.has(ours) || read.has(`${name}/${ours}`))) return read;
  try {
    return applyMapping(read, mapping);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(error.diagnostics.map((d) => ({ ...d, span: d.span ?? span })));
  }
}

function missing(name: string, source: string, found: Weights, span: Experiment['data']['span']): never {
  throw failure('run/weights', `${source} has no weight "${name}"`, span, suggestion(name, found.keys()));
}
