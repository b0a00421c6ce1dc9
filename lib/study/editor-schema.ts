import type { Registry } from '../registry/registry.ts';
import { described, DRAFT, extending } from '../schema/editor/graph.ts';
import { editorValues, NAME, named, namesSchema, PATCH, record, TEXT } from '../schema/editor/value.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { ABLATION_KEYS, CLAIM_SCHEMA, REPORT_SCHEMA } from './document.ts';
import { SEARCH_SCHEMA, STOP_SCHEMA } from './sweep/document.ts';
import { SWEEP_KEYS } from './sweep-keys.ts';

const POINTER: JsonSchema = { type: 'string', pattern: '^/' };

/** The JSON Schema that editors use for ablations. */
export function ablationEditorSchema(registry: Registry): JsonSchema {
  return study('ablation', ABLATION_KEYS, {
    ...common(registry), variants: named(PATCH), generate: { type: 'array', items: generateRule() }, exclude: { type: 'array', items: { type: 'object' } },
    plumbing: { type: 'boolean' }, paper: named(named({ type: 'number' })),
  });
}

/** The JSON Schema that editors use for sweeps. */
export function sweepEditorSchema(registry: Registry): JsonSchema {
  return study('sweep', SWEEP_KEYS, {
    ...common(registry), objective: record({ maximize: TEXT, minimize: TEXT, 'subject-to': TEXT }),
    search: record(editorValues(SEARCH_SCHEMA), { required: ['type'] }),
    space: named(record({
      set: POINTER, add: POINTER, zip: { type: 'object', propertyNames: { pattern: '^/' }, additionalProperties: { type: 'array' } }, when: TEXT, doc: TEXT,
      choice: { oneOf: [{ type: 'array', minItems: 1 }, { type: 'object' }] }, points: { type: 'integer', minimum: 2, description: 'Values of a continuous axis in a grid.' },
      uniform: { $ref: '#/definitions/range' }, 'log-uniform': { $ref: '#/definitions/range' }, 'int-uniform': { $ref: '#/definitions/range' },
    })),
    stop: record(editorValues(STOP_SCHEMA), { required: ['type', 'rungs'] }), exclude: { type: 'array', items: TEXT }, plumbing: { type: 'boolean' },
  }, { range: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 } });
}

function study(kind: string, keys: Readonly<Record<string, string>>, values: Readonly<Record<string, JsonSchema>>, definitions: JsonSchema = {}): JsonSchema {
  return {
    $schema: DRAFT, title: `swapgraph ${kind}`, ...record({ ...described(keys, { kind: { const: kind }, ...values }), ...extending() }, { required: ['name'] }),
    if: { required: ['extends'] }, else: { required: ['kind', 'base'] }, definitions,
  };
}

function common(registry: Registry): Record<string, JsonSchema> {
  const metric = namesSchema([...registry.metrics.values()].map((m) => [m.name, m.doc]), 'A metric that the base evaluates.');
  return {
    name: NAME, doc: TEXT, question: TEXT, base: TEXT, profile: TEXT, baseline: TEXT, seeds: { type: 'integer', minimum: 1 },
    report: record({ ...editorValues(REPORT_SCHEMA), metrics: { type: 'array', items: metric } }),
    claims: { type: 'array', items: record(editorValues(CLAIM_SCHEMA), { required: ['expect'] }) }, profiles: named(PATCH),
  };
}

function generateRule(): JsonSchema {
  const name: JsonSchema = { type: 'string', description: 'The variants\' names; {key} and {value} are filled in.' };
  const axis = record({ set: POINTER, values: { type: 'array', minItems: 1 } }, { required: ['set', 'values'] });
  return {
    anyOf: [
      record({ 'leave-one-out': { type: 'string', description: '`components`, or a pointer to a mapping.' }, name }, { required: ['leave-one-out'] }),
      record({ 'one-at-a-time': named(axis), name }, { required: ['one-at-a-time'] }),
      record({ factorial: named(named(PATCH), 'Factor -> level -> patch.'), name }, { required: ['factorial'] }),
    ],
  };
}
