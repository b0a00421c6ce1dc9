import type { AttributeSchemas } from '../../registry/attributes.ts';
import type { Registry } from '../../registry/registry.ts';
import { DATA_SCHEMA, EVALUATE_SCHEMA, EXPERIMENT_KEYS, OPTIMIZER_SCHEMA, TRAIN_SCHEMA, WINDOW_SCHEMA } from '../experiment.ts';
import type { JsonSchema } from '../json-schema.ts';
import { described, DRAFT, extending, sharedDefinitions } from './graph.ts';
import { nodeDefinitions } from './node.ts';
import { editorValues, EXPRESSION, NAME, named, namesSchema, PATCH, record, requiredOf, TEXT } from './value.ts';

const SCHEDULE: JsonSchema = { anyOf: [{ type: 'number' }, EXPRESSION, { type: 'object' }] };
const BOOLEAN: JsonSchema = { anyOf: [{ type: 'boolean' }, EXPRESSION] };
const POINTERS: JsonSchema = { anyOf: [{ type: 'string', pattern: '^/' }, { type: 'array', items: { type: 'string', pattern: '^/' } }] };

/** The JSON Schema that editors use for experiments. */
export function experimentEditorSchema(registry: Registry): JsonSchema {
  return {
    $schema: DRAFT, title: 'swapgraph experiment',
    ...record({ ...described(EXPERIMENT_KEYS, { kind: { const: 'experiment' }, ...sections(registry) }), ...extending() }, { required: ['name'] }),
    if: { required: ['extends'] }, else: { required: ['kind', 'models', 'data', 'step', 'phases', 'train'] },
    definitions: { ...sharedDefinitions(), ...nodeDefinitions(registry, true), 'local-graph': { type: 'object' }, term: term(), group: group(), terms: named({ anyOf: [{ $ref: '#/definitions/term' }, { $ref: '#/definitions/group' }] }) },
  };
}

function sections(registry: Registry): Record<string, JsonSchema> {
  return {
    name: NAME, doc: TEXT, source: TEXT, plugins: { type: 'array', items: TEXT }, params: { $ref: '#/definitions/params' },
    models: named(model()), data: choosing(DATA_SCHEMA, 'dataset', [...registry.datasets.values()], 'A data set of docs/reference/datasets.md.'),
    step: calling(), order: { type: 'array', items: TEXT }, phases: named(phase(registry)), components: named(POINTERS),
    predict: calling({ outputs: named(TEXT, 'Output name -> reference.') }),
    evaluate: record({ ...editorValues(EVALUATE_SCHEMA), metrics: { type: 'array', description: 'Metrics of docs/reference/metrics.md.', items: namesSchema([...registry.metrics.values()].map((m) => [m.name, m.doc]), 'A metric.') } }),
    train: record({ ...editorValues(TRAIN_SCHEMA), ema: named({ type: 'number', minimum: 0, exclusiveMaximum: 1 }, 'Model -> decay of its moving average.') }, { required: requiredOf(TRAIN_SCHEMA) }),
    precision: { enum: ['float32', 'mixed-bfloat16'] }, profiles: named(PATCH),
  };
}

function model(): JsonSchema {
  return record({
    graph: { type: 'string', description: 'The graph\'s file, relative to this one.' }, with: { type: 'object', description: 'Values of the graph\'s params.' },
    weights: { type: 'string', description: 'A registered checkpoint such as face-api/recognition, or a file; drawn from the seed when left out.' },
    frozen: { description: 'true, or a list of weight paths that stay as they are.', anyOf: [{ type: 'boolean' }, { type: 'array', items: TEXT }, EXPRESSION] },
    remat: { ...BOOLEAN, description: 'true: recompute this model in the backward pass instead of keeping its activations.' }, doc: TEXT,
  }, { required: ['graph'] });
}

/** A section whose further keys depend on one of them: the data set, the optimiser's type. */
function choosing(common: AttributeSchemas, key: string, choices: readonly { readonly name: string; readonly doc: string; readonly attrs: AttributeSchemas }[], description: string): JsonSchema {
  const own = editorValues(common);
  return {
    type: 'object', properties: { ...own, [key]: namesSchema(choices.map((c) => [c.name, c.doc]), description) }, required: requiredOf(common),
    allOf: choices.map((c) => ({
      if: { properties: { [key]: { const: c.name } }, required: [key] },
      then: record({ ...Object.fromEntries(Object.keys(own).map((k) => [k, {}])), ...editorValues(c.attrs) }, { required: requiredOf(c.attrs) }),
    })),
  };
}

function calling(more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const field: JsonSchema = { type: 'string', pattern: '^(source|target|pair)\\.', description: 'source.FIELD, target.FIELD or pair.FLAG.' };
  return record({ inputs: named(field, 'Input name -> data field.'), nodes: { $ref: '#/definitions/nodes' }, graphs: { type: 'object' }, doc: TEXT, ...more }, { required: ['nodes'] });
}

function phase(registry: Registry): JsonSchema {
  const optimizer = choosing(OPTIMIZER_SCHEMA, 'type', [...registry.optimizers.values()], 'An optimiser of docs/reference/optimizers.md.');
  const withSchedule = { ...(optimizer.properties as Record<string, JsonSchema>), lr: { ...SCHEDULE, description: 'Learning rate, a number or a schedule.' } };
  return record({
    update: { description: 'The models this phase trains.', anyOf: [TEXT, { type: 'array', items: TEXT }] }, optimizer: { ...optimizer, properties: withSchedule },
    terms: { $ref: '#/definitions/terms' }, reuse: { type: 'array', items: TEXT, description: 'Step nodes kept from an earlier phase.' }, ...editorValues(WINDOW_SCHEMA), doc: TEXT,
  }, { required: ['update', 'optimizer', 'terms'] });
}

const weight = { weight: { ...SCHEDULE, description: 'A number, `$param` or { ramp: [0, 1], over: [1000, 5000] }; a literal 0 removes the term.' } };

function term(): JsonSchema {
  const input = { description: 'What the loss reads.', anyOf: [TEXT, { type: 'array' }, { type: 'object' }] };
  return record({ graph: { type: 'string', description: 'A loss: a graph with one scalar output.' }, in: input, with: { type: 'object' }, ...weight, ...editorValues(WINDOW_SCHEMA), doc: TEXT }, { required: ['graph'] });
}

function group(): JsonSchema {
  return record({ terms: { $ref: '#/definitions/terms' }, ...weight, ...editorValues(WINDOW_SCHEMA), doc: TEXT }, { required: ['terms'] });
}
