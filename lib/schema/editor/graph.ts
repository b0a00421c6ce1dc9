import type { Registry } from '../../registry/registry.ts';
import { GRAPH_KEYS } from '../graph.ts';
import { toJsonSchema, type JsonSchema } from '../json-schema.ts';
import { PARAM_SCHEMA } from '../param.ts';
import { nodeDefinitions } from './node.ts';
import { MAPPING_SCHEMA } from '../mapping.ts';
import { editorValue, NAME, named, PATCH, record, TEXT } from './value.ts';

export const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** The JSON Schema that editors use for graphs (`# yaml-language-server: $schema=…`): completion, hover, enum values, mistakes. */
export function graphEditorSchema(registry: Registry): JsonSchema {
  const body = graphProperties();
  return {
    $schema: DRAFT, title: 'swapgraph graph', ...record({ ...described(GRAPH_KEYS, { kind: { const: 'graph' }, ...body }), ...extending() }, { required: ['name'] }),
    if: { required: ['extends'] }, else: { required: ['kind', 'nodes', 'outputs'] },
    definitions: { ...sharedDefinitions(), 'local-graph': record(described(GRAPH_KEYS, body), { required: ['nodes', 'outputs'] }), ...nodeDefinitions(registry, false) },
  };
}

function graphProperties(): Record<string, JsonSchema> {
  return {
    name: NAME, doc: TEXT, source: TEXT, plugins: { type: 'array', items: TEXT },
    params: { $ref: '#/definitions/params' }, inputs: { $ref: '#/definitions/inputs' },
    graphs: named({ $ref: '#/definitions/local-graph' }), nodes: { $ref: '#/definitions/nodes' }, outputs: named(TEXT), weights: editorValue(MAPPING_SCHEMA),
  };
}

/** The keys of a document with what they are for; keys without a value of their own take any. */
export function described(keys: Readonly<Record<string, string>>, values: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => key !== 'kind' || 'kind' in values).map(([key, doc]) => {
    const value = values[key] ?? {};
    // Beside a $ref no description counts in draft 7.
    return [key, key === 'kind' ? value : { ...('$ref' in value ? { allOf: [value] } : value), description: doc }];
  }));
}

/** `extends` and the patches that may stand beside it. */
export function extending(): Record<string, JsonSchema> {
  const { set, add, remove } = PATCH.properties as Record<string, JsonSchema>;
  return { extends: { type: 'string', description: 'The file that this one takes everything from; then only patches speak.' }, set, add, remove };
}

export function sharedDefinitions(): Record<string, JsonSchema> {
  const size: JsonSchema = { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'string', description: 'A letter, arithmetic over letters, or `...`.' }] };
  const shape: JsonSchema = { type: 'array', items: size };
  return {
    params: { type: 'object', additionalProperties: toJsonSchema(PARAM_SCHEMA), propertyNames: { pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' } },
    inputs: {
      type: 'object', propertyNames: { pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
      additionalProperties: {
        anyOf: [shape, record({
          shape: { ...shape, description: 'Its shape, such as [N, H, W, C].' }, list: { ...shape, description: 'The shape of each tensor of a list.' },
          length: { description: 'How many tensors the list has.' }, shapes: { type: 'array', items: shape, description: 'The shape of each item of a list, where they differ.' }, dtype: { enum: ['float32', 'int32', 'bool', 'any'] },
          optional: { type: 'boolean', description: 'May be left out.' }, doc: TEXT,
        })],
      },
    },
  };
}
