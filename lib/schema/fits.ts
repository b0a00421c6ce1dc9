import type { AttributeSchema } from '../registry/attributes.ts';

/**
 * Whether a concrete value fits an attribute schema, decided as ajv decides it; symbolic sizes must have been replaced. Only says yes or no: a value
 * that does not fit goes to ajv for what is wrong. Nearly all values fit, so nearly no file needs ajv to be loaded and its schemas compiled.
 */
export function fits(schema: AttributeSchema, value: unknown): boolean {
  if (schema.const !== undefined && value !== schema.const) return false;
  if (schema.enum && !schema.enum.some((v) => v === value)) return false;
  if (!hasType(schema.type, value)) return false;
  if (typeof value === 'number' && !inRange(schema, value)) return false;
  if (Array.isArray(value) && !listFits(schema, value)) return false;
  if (isMapping(value) && !mappingFits(schema, value)) return false;
  return !schema.oneOf || schema.oneOf.filter((s) => fits(s, value)).length === 1;
}

function hasType(type: AttributeSchema['type'], value: unknown): boolean {
  switch (type) {
    case undefined: return true;
    case 'integer': return Number.isInteger(value);
    case 'number': return Number.isFinite(value);
    case 'boolean': return typeof value === 'boolean';
    case 'string': case 'graph': return typeof value === 'string';
    case 'array': return Array.isArray(value);
    case 'object': return isMapping(value);
  }
}

function inRange(s: AttributeSchema, value: number): boolean {
  return !(s.minimum !== undefined && !(value >= s.minimum)) && !(s.maximum !== undefined && !(value <= s.maximum))
    && !(s.exclusiveMinimum !== undefined && !(value > s.exclusiveMinimum)) && !(s.exclusiveMaximum !== undefined && !(value < s.exclusiveMaximum));
}

function listFits({ items, minItems, maxItems }: AttributeSchema, value: readonly unknown[]): boolean {
  if (value.length < (minItems ?? 0) || value.length > (maxItems ?? Infinity)) return false;
  return !items || value.every((item) => fits(items, item));
}

function mappingFits({ properties, required, additionalProperties }: AttributeSchema, value: Readonly<Record<string, unknown>>): boolean {
  if (required?.some((key) => value[key] === undefined)) return false;
  if (!properties) return additionalProperties !== false || Object.keys(value).length === 0;
  return Object.entries(value).every(([key, v]) => Object.hasOwn(properties, key) && fits(properties[key], v));
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
