import type { IrGraph, IrWeight } from '../ir/ir.ts';
import { concreteShape } from '../shape/shape.ts';
import { initialValue } from '../weights/initialise.ts';
import type { WeightArray, Weights } from '../weights/weights.ts';

/** First values of a graph's weights, each keyed by (seed, id); a letter left in a shape is an error that names it. */
export function initialWeights(graph: IrGraph, seed: number): Weights {
  return new Map(graph.weights.map((w) => [w.id, initialWeight(w, seed)]));
}

export function initialWeight(weight: IrWeight, seed: number): WeightArray {
  const shape = concreteShape(weight.shape);
  const { id, init, fanIn } = weight;
  return { shape, data: initialValue({ id, shape, init, ...(fanIn === undefined ? {} : { fanIn }) }, seed) };
}
