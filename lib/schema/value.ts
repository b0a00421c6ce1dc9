import type { ErrorObject } from 'ajv';
import { nearest } from '../diagnostics/nearest.ts';
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/failure.ts';
import type { AttributeSchema } from '../registry/attributes.ts';
import { fits } from './fits.ts';
import { describeSchema, toJsonSchema, type JsonSchema } from './json-schema.ts';
import type { Validator } from './validator.ts';

/** Validates attribute and param values; remembers the JSON Schema of each attribute schema. */
export interface ValueChecker {
  /** A diagnostic where `value` does not fit; `what` names the attribute: `"kernel" of conv2d`. */
  check(schema: AttributeSchema, value: unknown, what: string, spanAt: (pointer: string) => Span): Diagnostic | undefined;
}

export function createValueChecker(validator: Validator): ValueChecker {
  const schemas = new WeakMap<AttributeSchema, JsonSchema>();
  return {
    check(schema, value, what, spanAt) {
      const known = concrete(value);
      if (fits(schema, known)) return undefined;
      let json = schemas.get(schema);
      if (!json) {
        json = toJsonSchema(schema);
        schemas.set(schema, json);
      }
      const errors = validator.errors(json, known);
      return errors.length === 0 ? undefined : diagnose(deepest(errors), schema, value, what, spanAt);
    },
  };
}

/** Symbolic sizes stand for some positive integer: checked as 1024, and again by the op once they are known. */
function concrete(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(concrete);
  if (typeof value !== 'object' || value === null) return value;
  if ('terms' in value && 'key' in value) return 1024;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, concrete(v)]));
}

/** The most specific error; those of a `oneOf` branch say less than the `oneOf` itself. */
function deepest(errors: readonly ErrorObject[]): ErrorObject {
  const choice = errors.find((e) => e.keyword === 'oneOf' && e.instancePath === '');
  return choice ?? errors.reduce((best, e) => (e.instancePath.length > best.instancePath.length ? e : best));
}

function diagnose(error: ErrorObject, schema: AttributeSchema, value: unknown, what: string, spanAt: (pointer: string) => Span): Diagnostic {
  const span = spanAt(error.instancePath);
  const where = error.instancePath === '' ? what : `${what}, item ${error.instancePath.slice(1).replaceAll('/', '.')}`;
  if (error.keyword === 'additionalProperties') {
    const name = String((error.params as { additionalProperty: string }).additionalProperty);
    const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
    const near = nearest(name, known);
    return errorAt('schema/unknown-key', `${where} has no "${name}"`, span, near ? `did you mean "${near}"?` : `known: ${known.join(', ')}`);
  }
  const expected = describeSchema(error.instancePath === '' ? schema : (error.parentSchema as AttributeSchema));
  const received = error.instancePath === '' ? value : error.data;
  return errorAt('schema/value', `${where}: expected ${expected}, received ${valueText(received)}`, span, valueHint(error, schema, received));
}

function valueHint(error: ErrorObject, schema: AttributeSchema, received: unknown): string | undefined {
  if (typeof received !== 'string') return undefined;
  const numeric = received.trim() !== '' && Number.isFinite(Number(received));
  if (numeric && /integer|number/.test(describeSchema(schema))) return `write ${received} without quotes`;
  if (/^(yes|no|on|off|True|False|TRUE|FALSE)$/.test(received)) return 'YAML 1.2 knows true and false';
  const allowed = choices((error.instancePath === '' ? schema : error.parentSchema) as AttributeSchema);
  const near = nearest(received, allowed);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

function choices(schema: AttributeSchema): string[] {
  return [...(schema.enum ?? []), ...(schema.oneOf ?? []).flatMap(choices), ...(schema.const === undefined ? [] : [schema.const])].map(String);
}

/** A received value in words. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 37)}…` : value}"`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) {
    if ('terms' in value) return 'a size that depends on the input';
    return `a mapping with ${Object.keys(value).slice(0, 4).join(', ') || 'no keys'}`;
  }
  return String(value);
}
