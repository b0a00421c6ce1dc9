import { DTYPE, type Graph, type Value } from '../../graph/graph.ts';

const BOOL = { type: DTYPE.bool };
const INT32 = { type: DTYPE.int32 };

/**
 * Lets values through only where a condition, known when the step runs, holds: what is computed from `pass` alone does not run
 * otherwise, so that no NaN reaches a weight and nothing is copied (TensorFlow's Switch and Merge).
 */
export class Guard {
  readonly #graph: Graph;
  readonly condition: Value;

  constructor(graph: Graph, condition: Value) {
    this.#graph = graph;
    this.condition = condition;
  }

  /** The value where the condition holds; what reads it does not run elsewhere. */
  pass(value: Value): Value {
    return this.#switch(value)[1];
  }

  /** `fresh`, computed behind the guard, where the condition holds; else `old`. */
  choose(old: Value, fresh: Value): Value {
    const attributes = { T: { type: old.dtype }, N: { int: 2 } };
    return this.#graph.add('Merge', [this.#switch(old)[0], fresh], attributes, [old, { dtype: DTYPE.int32, shape: [] }])[0];
  }

  /** A node that is done when the effects behind the guard are, or have been passed by. */
  done(effects: readonly string[]): string {
    const token = this.#graph.constant({ dtype: DTYPE.int32, shape: [], data: new Int32Array(1) });
    const [otherwise, passed] = this.#switch(token);
    const after = this.#graph.one('Identity', [passed], { T: INT32 }, token, { after: effects });
    return this.#graph.add('Merge', [otherwise, after], { T: INT32, N: { int: 2 } }, [token, token])[0].node;
  }

  #switch(value: Value): readonly Value[] {
    return this.#graph.add('Switch', [value, this.condition], { T: { type: value.dtype } }, [value, value]);
  }
}

/** Whether all scalars are finite and `before`, where given, holds. */
export function allFinite(graph: Graph, scalars: readonly Value[], before: Value | undefined): Value {
  const packed = pack(graph, scalars);
  const finite = graph.one('IsFinite', [packed], { T: { type: DTYPE.float32 } }, { dtype: DTYPE.bool, shape: packed.shape });
  const axes = graph.constant({ dtype: DTYPE.int32, shape: [1], data: new Int32Array(1) });
  const all = graph.one('All', [finite, axes], { Tidx: INT32, keep_dims: { flag: false } }, { dtype: DTYPE.bool, shape: [] });
  return before === undefined ? all : both(graph, before, all);
}

export function both(graph: Graph, a: Value, b: Value): Value {
  return graph.one('LogicalAnd', [a, b], {}, { dtype: BOOL.type, shape: [] });
}

/** Scalars as one vector. */
export function pack(graph: Graph, scalars: readonly Value[]): Value {
  const attributes = { N: { int: scalars.length }, T: { type: DTYPE.float32 }, axis: { int: 0 } };
  return graph.one('Pack', scalars, attributes, { dtype: DTYPE.float32, shape: [scalars.length] });
}
