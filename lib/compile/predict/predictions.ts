import type { Tensor } from '@tensorflow/tfjs-core';
import { failure } from '../../diagnostics/failure.ts';
import { foldedGraph, Prediction, shapeKey, type PredictPrecision } from './prediction.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/** Input shapes for which sessions are kept. */
const SHAPES = 4;

/** Bytes that all sessions of a model may hold of its weights, as long as there is one. */
const BYTES = 2 ** 29;

/** Sessions that predict, one per input shape; of too many, the one longest unused goes. */
export class Predictions {
  readonly #body: (inputs: Tensors, weights: ReadonlyMap<string, Tensor>) => Tensors;
  readonly #weights: ReadonlyMap<string, Tensor>;
  readonly #precision: PredictPrecision;
  readonly #most: number;
  /** By input shapes, the last used last. */
  readonly #open = new Map<string, Prediction>();

  constructor(body: (inputs: Tensors, weights: ReadonlyMap<string, Tensor>) => Tensors, weights: ReadonlyMap<string, Tensor>, precision: PredictPrecision) {
    this.#body = body;
    this.#weights = weights;
    this.#precision = precision;
    const bytes = [...weights.values()].reduce((sum, w) => sum + 4 * w.size, 0);
    this.#most = Math.max(1, Math.min(SHAPES, Math.floor(BYTES / Math.max(1, bytes))));
  }

  /** Sessions that are open now. */
  get size(): number {
    return this.#open.size;
  }

  predict(inputs: Tensors): Record<string, Tensor> {
    const key = shapeKey(inputs);
    const prediction = this.#open.get(key) ?? this.#create(inputs);
    this.#open.delete(key);
    try {
      const outputs = prediction.run(inputs, this.#weights);
      this.#open.set(key, prediction);
      return outputs;
    } catch (error) {
      // A session whose run failed must not be used again.
      prediction.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#open.forEach((p) => p.dispose());
    this.#open.clear();
  }

  #create(inputs: Tensors): Prediction {
    for (const [key, oldest] of this.#open) {
      if (this.#open.size < this.#most) break;
      oldest.dispose();
      this.#open.delete(key);
    }
    return new Prediction(this.#record(inputs));
  }

  #record(inputs: Tensors): ReturnType<typeof foldedGraph> {
    try {
      return foldedGraph(inputs, this.#weights, this.#body, this.#precision);
    } catch (error) {
      throw failure('run/predict', `this graph cannot predict as a whole: ${(error as Error).message}`, undefined, 'compile it with { eager: true }, which predicts op by op');
    }
  }
}
