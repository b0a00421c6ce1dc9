import type { AttributeSchema } from '../../registry/attributes.ts';
import type { Init } from '../../registry/op.ts';
import { isConcrete } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';

const distribution = <K extends string>(name: K, description: string) =>
  ({ type: 'object', properties: { [name]: { type: 'number', description } }, required: [name], additionalProperties: false }) as const;

/** An attribute that says how a weight starts. */
export function initAttribute<const D extends Init>(start: D, what: string) {
  return {
    oneOf: [
      { enum: ['zeros', 'ones', 'he-normal', 'he-uniform', 'xavier-normal', 'xavier-uniform', 'torch-default'] },
      distribution('normal', 'Standard deviation.'),
      distribution('uniform', 'Drawn from (-value, value).'),
      distribution('constant', 'Every element.'),
    ],
    default: start,
    description: `How ${what} starts. torch-default: uniform within 1 / sqrt(fan-in), as PyTorch's layers start.`,
  } as const satisfies AttributeSchema;
}

/** The attribute's value as an `Init`; the schema has checked it. */
export const asInit = (value: unknown): Init => value as Init;

/** The product of known dimensions, for `fanIn`; undefined while one is a symbol. */
export function fanInOf(...dims: Shape): number | undefined {
  return dims.reduce<number | undefined>((n, d) => (n !== undefined && isConcrete(d) ? n * d : undefined), 1);
}
