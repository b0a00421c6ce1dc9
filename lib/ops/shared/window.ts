import type { AttributeSchema } from '../../registry/attributes.ts';

/** An integer, or one for height and one for width. */
export function pairAttribute(minimum: number, description: string) {
  return {
    oneOf: [
      { type: 'integer', minimum },
      { type: 'array', items: { type: 'integer', minimum }, minItems: 2, maxItems: 2 },
    ],
    description,
  } as const satisfies AttributeSchema;
}

/** `[height, width]` of a value that may be one number for both. */
export function pairOf(value: number | readonly number[]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : [value[0], value[1]];
}
