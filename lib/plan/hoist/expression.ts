import { hashData } from '../../ir/hash.ts';
import type { IrNode, IrWeight, ValueId } from '../../ir/ir.ts';
import type { DType, Shape } from '../../shape/shape.ts';

/**
 * What one value of a step is for one sample (its first axis is 1), or for all of them: a tree over the sample's fields and frozen weights.
 * Equal ones of one `Expressions` are one object, wherever in the step they come from.
 */
export type Expression = FieldExpression | WeightExpression | ResultExpression;

interface Common {
  readonly key: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface FieldExpression extends Common {
  readonly kind: 'field';
  readonly field: string;
}

export interface WeightExpression extends Common {
  readonly kind: 'weight';
  readonly id: ValueId;
}

export interface ResultExpression extends Common {
  readonly kind: 'result';
  readonly of: Application;
  readonly port: number;
}

/** One op on expressions. */
export interface Application {
  readonly key: string;
  /** The node it was first met at: its op, names, weights and ports. */
  readonly node: IrNode;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (Expression | undefined)[];
  /** Of its outputs. */
  readonly shapes: readonly Shape[];
}

/** Makes expressions, equal ones once. */
export class Expressions {
  readonly #made = new Map<string, Expression>();

  field(field: string, shape: Shape, dtype: DType): Expression {
    return this.#once(hashData(['field', field, shape, dtype]), (key) => ({ kind: 'field', key, field, shape, dtype }));
  }

  weight(id: ValueId, { shape }: IrWeight): Expression {
    return this.#once(hashData(['weight', id]), (key) => ({ kind: 'weight', key, id, shape, dtype: 'float32' }));
  }

  /** The outputs of a node's op on other inputs and attributes than its own. */
  apply(node: IrNode, attrs: Application['attrs'], inputs: Application['inputs'], shapes: readonly Shape[]): Expression[] {
    const key = hashData([node.op, attrs, node.names, node.weights, inputs.map((e) => e?.key ?? 'none')]);
    const of: Application = { key, node, attrs, inputs, shapes };
    return node.outputs.map(({ dtype }, port) => this.#once(`${key}:${port}`, (own) => ({ kind: 'result', key: own, of, port, shape: shapes[port], dtype })));
  }

  #once(key: string, make: (key: string) => Expression): Expression {
    const found = this.#made.get(key) ?? make(key);
    this.#made.set(key, found);
    return found;
  }
}
