import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttributeSchema } from '../../lib/registry/attributes.ts';
import { fits } from '../../lib/schema/fits.ts';
import { toJsonSchema } from '../../lib/schema/json-schema.ts';
import { PARAM_SCHEMA } from '../../lib/schema/param.ts';
import { createValidator } from '../../lib/schema/validator.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';

const scalars = fc.oneof(fc.integer({ min: -3, max: 70 }), fc.double(), fc.boolean(), fc.constantFrom('same', 'none', 'he-normal', 'x', '', 'integer', 'graph'), fc.constantFrom(0, -0, 0.5, NaN, Infinity, 1e300));
const known = ['normal', 'uniform', 'constant', 'type', 'default', 'items', 'enum', 'minimum', 'start', 'decay'];
const keys = fc.constantFrom(...known, 'toString', '__proto__');
const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalars, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(keys, tie('value'), { maxKeys: 3 })),
})).value;

const bound = fc.option(fc.integer({ min: -3, max: 6 }), { nil: undefined });
const schemas: fc.Arbitrary<AttributeSchema> = fc.letrec<{ schema: AttributeSchema }>((tie) => ({
  schema: fc.oneof({ maxDepth: 3 },
    fc.record({ type: fc.constantFrom('integer', 'number'), minimum: bound, exclusiveMaximum: bound }, { requiredKeys: ['type'] }),
    fc.record({ enum: fc.array(fc.constantFrom('same', 'x', 1, 2), { minLength: 1, maxLength: 3 }) }),
    fc.record({ type: fc.constantFrom('boolean', 'string', 'graph') }),
    fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat({ max: 2 }) }, { requiredKeys: ['type', 'items'] }),
    fc.record({ type: fc.constant('object'), properties: fc.dictionary(fc.constantFrom(...known), tie('schema'), { maxKeys: 3 }), required: fc.array(fc.constantFrom(...known), { maxLength: 1 }) }, { requiredKeys: ['type', 'properties'] }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
  ) as fc.Arbitrary<AttributeSchema>,
})).schema;

const tidy = (schema: AttributeSchema): AttributeSchema => JSON.parse(JSON.stringify(schema)) as AttributeSchema;

test('a value fits exactly where ajv finds no error, whatever the schema', () => {
  const validator = createValidator();
  fc.assert(fc.property(schemas.map(tidy), values, (schema, value) => {
    assert.equal(fits(schema, value), validator.errors(toJsonSchema(schema), value).length === 0);
  }), { numRuns: 1500, seed: 7 });
});

test('the same for the attributes of every op and for what params may declare', () => {
  const validator = createValidator();
  const all = [PARAM_SCHEMA, ...[...standardRegistry().ops.values()].flatMap((op) => Object.values(op.attrs as Record<string, AttributeSchema>))];
  const json = new Map(all.map((schema) => [schema, toJsonSchema(schema)]));
  fc.assert(fc.property(fc.constantFrom(...all), values, (schema, value) => {
    assert.equal(fits(schema, value), validator.errors(json.get(schema) as never, value).length === 0);
  }), { numRuns: 5000, seed: 11 });
});
