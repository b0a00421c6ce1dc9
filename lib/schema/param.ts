import type { AttributeSchema } from '../registry/attributes.ts';
import { toData, type Tree } from '../source/tree.ts';

const KINDS = ['integer', 'number', 'boolean', 'string', 'array', 'object', 'graph'] as const;

/** What may be said of the items of an array, of arrays of arrays too. */
function itemsSchema(depth: number): AttributeSchema {
  return {
    type: 'object', description: 'What each item of an array is.',
    properties: {
      type: { enum: KINDS }, doc: { type: 'string' }, enum: { type: 'array', minItems: 1, items: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] } },
      minimum: { type: 'number' }, maximum: { type: 'number' }, 'exclusive-minimum': { type: 'number' }, 'exclusive-maximum': { type: 'number' },
      'min-items': { type: 'integer', minimum: 0 }, 'max-items': { type: 'integer', minimum: 0 }, ...(depth > 0 ? { items: itemsSchema(depth - 1) } : {}),
    },
  };
}

/** What a file may declare of a param: a subset of JSON Schema, a default, and `type: graph`. */
export const PARAM_SCHEMA: AttributeSchema = {
  type: 'object',
  properties: {
    type: { enum: KINDS, description: 'Kind of value; `graph` takes a graph.' },
    doc: { type: 'string', description: 'What the param is for.' },
    default: { description: 'The value where a caller gives none; a param without one is required.' },
    enum: { type: 'array', minItems: 1, items: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] }, description: 'The allowed values.' },
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    'exclusive-minimum': { type: 'number' },
    'exclusive-maximum': { type: 'number' },
    items: itemsSchema(2),
    'min-items': { type: 'integer', minimum: 0 },
    'max-items': { type: 'integer', minimum: 0 },
    unit: { type: 'string', description: 'Unit of the value, for people.' },
  },
};

/** The schema that values of a declared param must fit. */
export function paramSchema(declaration: Tree): AttributeSchema {
  const data = toData(declaration) as Record<string, unknown>;
  return attributeOf(data);
}

function attributeOf(data: Readonly<Record<string, unknown>>): AttributeSchema {
  const camel: Readonly<Record<string, string>> = {
    type: 'type', enum: 'enum', minimum: 'minimum', maximum: 'maximum', default: 'default',
    'exclusive-minimum': 'exclusiveMinimum', 'exclusive-maximum': 'exclusiveMaximum', 'min-items': 'minItems', 'max-items': 'maxItems',
  };
  const entries = Object.entries(data).flatMap(([key, value]) => (Object.hasOwn(camel, key) ? [[camel[key], value]] : []));
  const items = data.items as Readonly<Record<string, unknown>> | undefined;
  return { ...Object.fromEntries(entries), ...(items ? { items: attributeOf(items) } : {}) } as AttributeSchema;
}
