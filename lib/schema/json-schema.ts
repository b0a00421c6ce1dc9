import type { AttributeSchema } from '../registry/attributes.ts';
import { mapValues } from '../registry/map-values.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** The JSON Schema of an attribute's concrete value. */
export function toJsonSchema(schema: AttributeSchema): JsonSchema {
  const { optional: _optional, symbolic: _symbolic, items, properties, oneOf, type, ...rest } = schema;
  return {
    ...rest,
    ...(type === undefined ? {} : { type: type === 'graph' ? 'string' : type }),
    ...(items ? { items: toJsonSchema(items) } : {}),
    ...(properties ? { properties: mapValues(properties, toJsonSchema), additionalProperties: false } : {}),
    ...(oneOf ? { oneOf: oneOf.map(toJsonSchema) } : {}),
  };
}

/** A value in words: `an integer >= 1`, `"same", "none" or an integer`. */
export function describeSchema(schema: AttributeSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return orList(schema.enum.map((v) => JSON.stringify(v)));
  if (schema.oneOf) return orList(schema.oneOf.map(describeSchema));
  switch (schema.type) {
    case 'integer': return `an integer${range(schema)}`;
    case 'number': return `a number${range(schema)}`;
    case 'boolean': return 'true or false';
    case 'string': return 'a text';
    case 'graph': return 'a graph';
    case 'array': return `a list${schema.items ? ` of ${plural(describeSchema(schema.items))}` : ''}${itemCount(schema)}`;
    case 'object': return schema.properties ? `a mapping with ${Object.keys(schema.properties).join(', ')}` : 'a mapping';
    default: return 'any value';
  }
}

function range(s: AttributeSchema): string {
  const parts = [
    s.minimum === undefined ? '' : `>= ${s.minimum}`, s.exclusiveMinimum === undefined ? '' : `> ${s.exclusiveMinimum}`,
    s.maximum === undefined ? '' : `<= ${s.maximum}`, s.exclusiveMaximum === undefined ? '' : `< ${s.exclusiveMaximum}`,
  ].filter((p) => p !== '');
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

function itemCount(s: AttributeSchema): string {
  if (s.minItems !== undefined && s.minItems === s.maxItems) return ` (${s.minItems} of them)`;
  return s.minItems ? ` (at least ${s.minItems})` : '';
}

const plural = (text: string): string => text.replace(/^an? (integer|number|text|list|mapping|graph)/, '$1s');

function orList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
