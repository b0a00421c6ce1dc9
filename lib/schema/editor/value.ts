import { isRequired, type AttributeSchema, type AttributeSchemas } from '../../registry/attributes.ts';
import { toJsonSchema, type JsonSchema } from '../json-schema.ts';

/** A text that reads names: `$width`, `$(2 * C)`, `layer$index`. */
export const EXPRESSION: JsonSchema = { type: 'string', pattern: '\\$', description: '`$name` or `$( … )`.' };

/** What an editor accepts for an attribute: its concrete value, or an expression. Hovering shows what the attribute is for. */
export function editorValue(schema: AttributeSchema): JsonSchema {
  const { description, default: standard, ...rest } = schema;
  const concrete = concreteValue(rest as AttributeSchema);
  const open = schema.type === 'string' && !schema.enum;
  return {
    ...(description === undefined ? {} : { description }), ...(standard === undefined ? {} : { default: standard }),
    ...(open || Object.keys(concrete).length === 0 ? concrete : { anyOf: [concrete, EXPRESSION] }),
  };
}

/** Items and properties may be expressions too. */
function concreteValue(schema: AttributeSchema): JsonSchema {
  const { items, properties, oneOf, ...rest } = schema;
  return {
    ...toJsonSchema(rest),
    ...(items ? { items: editorValue(items) } : {}),
    ...(properties ? { properties: editorValues(properties), additionalProperties: false } : {}),
    ...(oneOf ? { anyOf: oneOf.map(concreteValue) } : {}),
  };
}

export function editorValues(schemas: AttributeSchemas): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, editorValue(schema)]));
}

export const requiredOf = (schemas: AttributeSchemas): string[] => Object.entries(schemas).filter(([, s]) => isRequired(s)).map(([name]) => name);

/** A name out of a list, with a description of each for hover and completion. */
export function namesSchema(entries: Iterable<readonly [string, string]>, description: string): JsonSchema {
  const list = [...entries];
  return { type: 'string', enum: list.map(([name]) => name), markdownEnumDescriptions: list.map(([, doc]) => doc), description };
}

/** A closed mapping. */
export function record(properties: Readonly<Record<string, JsonSchema>>, more: JsonSchema = {}): JsonSchema {
  return { type: 'object', properties, additionalProperties: false, ...more };
}

/** Names of the user's own -> values. */
export function named(value: JsonSchema, description?: string): JsonSchema {
  return { type: 'object', additionalProperties: value, ...(description === undefined ? {} : { description }) };
}

export const TEXT: JsonSchema = { type: 'string' };
export const NAME: JsonSchema = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', description: 'In kebab-case.' };

/** `set`, `add`, `remove`. */
export const PATCH: JsonSchema = record({
  set: { type: 'object', description: '`/pointer: value`; the target must exist or be declared.', propertyNames: { pattern: '^/' } },
  add: { type: 'object', description: '`/pointer: value`; the target must not exist.', propertyNames: { pattern: '^/' } },
  remove: { type: 'array', items: { type: 'string', pattern: '^/' }, description: 'Pointers to what goes away.' },
  doc: TEXT,
});
