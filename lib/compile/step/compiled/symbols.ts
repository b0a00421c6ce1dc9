import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tf.ts';
import { DTYPE, type Graph, type Value } from '../../graph/graph.ts';
import type { Recording } from '../../graph/recorder.ts';
import type { GraphVariable } from '../../graph/variable-chunks.ts';
import type { GraphVariables } from '../../graph/variables.ts';
import type { ScalarSource } from './scalar-source.ts';

/** A number that is fed at every step: a learning rate, a term's weight. */
export interface ScalarFeed {
  readonly value: Value;
  readonly source: ScalarSource;
}

/** Random numbers that are fed at every step. */
export interface DrawFeed {
  readonly value: Value;
  readonly kind: 'normal' | 'uniform';
  readonly path: string;
  readonly purpose: string;
}

/** Names of placeholders, the same for all sets of one graph. */
export class FeedNames {
  readonly #names = new Map<string, string>();

  of(key: string): string {
    const name = this.#names.get(key) ?? `feed${this.#names.size}`;
    this.#names.set(key, name);
    return name;
  }
}

/** The state of a run and its feeds as tensors, while one set is recorded. */
export class Symbols {
  readonly scalars = new Map<string, ScalarFeed>();
  readonly draws = new Map<string, DrawFeed>();
  readonly #recording: Recording;
  readonly #variables: GraphVariables;
  readonly #names: FeedNames;
  readonly #current = new Map<string, Variable>();

  constructor(recording: Recording, variables: GraphVariables, names: FeedNames) {
    this.#recording = recording;
    this.#variables = variables;
    this.#names = names;
  }

  get graph(): Graph {
    return this.#recording.graph;
  }

  variable(key: string): GraphVariable {
    const found = this.#variables.get(key);
    if (!found) throw new Error(`the compiled step has no ${key}`);
    return found;
  }

  /** The present value of a state array: what the step began with, or what an earlier phase made of it. */
  state(key: string): Variable {
    const found = this.#current.get(key) ?? tf.tidy(() => tf.variable(this.#recording.tensor(this.variable(key).read), true));
    this.#current.set(key, found);
    return found;
  }

  setState(key: string, value: Value): void {
    tf.tidy(() => this.state(key).assign(this.#recording.tensor(value)));
  }

  /** A number that `source` gives when a step runs; sources of one key give the same. */
  scalar(key: string, source: ScalarSource): Tensor {
    const value = this.#placeholder(`scalar ${key}`, []);
    this.scalars.set(key, { value, source });
    return this.#recording.tensor(value);
  }

  draw(kind: 'normal' | 'uniform', shape: readonly number[], path: string, purpose: string): Tensor {
    const key = JSON.stringify([kind, shape, path, purpose]);
    const value = this.#placeholder(`draw ${key}`, shape);
    this.draws.set(key, { value, kind, path, purpose });
    return this.#recording.tensor(value);
  }

  tensor(value: Value): Tensor {
    return this.#recording.tensor(value);
  }

  /**
   * The same numbers in a node that runs after others: TensorFlow's optimisers merge nodes of equal inputs, control inputs included, so
   * what is computed from it is neither merged with what is computed from `tensor` nor run before.
   */
  hold(tensor: Tensor, after: readonly Tensor[]): Tensor {
    const value = this.value(tensor);
    const nodes = after.map((t) => this.value(t)).filter((v) => v.constant === undefined).map((v) => v.node);
    return this.tensor(this.graph.one('Identity', [value], { T: { type: value.dtype } }, value, { after: [...new Set(nodes)] }));
  }

  value(tensor: Tensor): Value {
    return this.#recording.value(tensor);
  }

  dispose(): void {
    this.#current.forEach((v) => v.dispose());
  }

  #placeholder(key: string, shape: readonly number[]): Value {
    return this.graph.placeholder(this.#names.of(key), { dtype: DTYPE.float32, shape });
  }
}
