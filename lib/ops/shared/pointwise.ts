import type { Tensor } from '@tensorflow/tfjs-core';
import type { AttributeSchemas, Infer } from '../../registry/attributes.ts';
import { defineOp, type OpDefinition, type OpExample } from '../../registry/op.ts';

interface Pointwise<A extends AttributeSchemas> {
  readonly name: string;
  readonly doc: string;
  readonly source?: string;
  readonly attrs: A;
  readonly apply: (x: Tensor, attrs: Infer<A>) => Tensor;
  /** Further examples; one over any [N, H, W, C] is always there where no attribute is required. */
  readonly examples: readonly OpExample[];
}

/** An op that maps every element by itself, so that the output has the input's shape. */
export function definePointwise<const A extends AttributeSchemas>(p: Pointwise<A>): OpDefinition<A> {
  return defineOp<A>({
    name: p.name,
    doc: p.doc,
    ...(p.source === undefined ? {} : { source: p.source }),
    attrs: p.attrs,
    inputs: ['x'],
    shape: (_a, [x]) => [x],
    build: (a) => ([x]) => [p.apply(x, a)],
    traits: { rows: 'each' },
    examples: p.examples,
  });
}

/** The usual example: an image of any size. */
export const anyImage: OpExample = { in: [['N', 'H', 'W', 3]], out: [['N', 'H', 'W', 3]] };
