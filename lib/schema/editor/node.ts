import { opNames, type Registry } from '../../registry/registry.ts';
import { portsOf, type Op } from '../../registry/op.ts';
import type { JsonSchema } from '../json-schema.ts';
import { FORM_KEYS, NODE_FORMS, OP_KEYS, type NodeForm } from '../node-forms.ts';
import { editorValues, EXPRESSION, named, namesSchema, record, requiredOf, TEXT } from './value.ts';

const REFERENCE: JsonSchema = { type: 'string' };
const REFERENCES: JsonSchema = { anyOf: [REFERENCE, { type: 'array', items: REFERENCE }] };

const NODE_REF: JsonSchema = { $ref: '#/definitions/node' };

/** Values of the keys that nodes may have beside their op's attributes. */
const KEY_VALUES: Readonly<Record<string, JsonSchema>> = {
  in: { anyOf: [REFERENCE, { type: 'array', items: REFERENCES }, named(REFERENCES)] },
  when: { anyOf: [{ type: 'boolean' }, EXPRESSION] },
  doc: TEXT,
  remat: { anyOf: [{ type: 'boolean' }, EXPRESSION] },
  name: TEXT,
  share: TEXT,
  with: { type: 'object' },
  take: named(REFERENCES),
  graph: TEXT,
  model: TEXT,
  seq: { type: 'array', minItems: 1, items: NODE_REF },
  chain: { anyOf: [TEXT, { type: 'array' }, { type: 'object' }] },
  repeat: { anyOf: [{ type: 'integer', minimum: 0 }, EXPRESSION] },
  map: { anyOf: [TEXT, { type: 'array' }, { type: 'object' }] },
  do: NODE_REF,
  nodes: { $ref: '#/definitions/nodes' },
  key: { anyOf: [TEXT, { type: 'integer' }] },
  collect: named(REFERENCE),
  carry: named(REFERENCE),
  next: named(REFERENCE),
  out: REFERENCE,
};

/** Definitions `node` and `nodes`: one branch per op and per form, so that only the fitting attributes are offered. */
export function nodeDefinitions(registry: Registry, models: boolean): Record<string, JsonSchema> {
  const forms = NODE_FORMS.filter((f) => models || f.key !== 'model');
  const ops = opNames(registry).map((name) => registry.ops.get(name) as Op);
  const op: JsonSchema = {
    description: 'A primitive of docs/reference/ops.md.',
    anyOf: [namesSchema(ops.map((o) => [o.name, o.doc]), 'A primitive.'), { type: 'string', pattern: '\\$|@\\d+$' }],
  };
  const common = Object.fromEntries(forms.flatMap((f) => [[f.key, described(f.key, f.doc)], ...Object.entries(f.keys).map(([key, doc]) => [key, described(key, doc)])]));
  return {
    nodes: { type: 'object', additionalProperties: NODE_REF, propertyNames: { pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' } },
    node: {
      type: 'object', properties: { ...common, op },
      oneOf: forms.map((f) => ({ required: [f.key] })),
      allOf: [...ops.map(opBranch), ...forms.filter((f) => f.key !== 'op').map(formBranch)],
    },
  };
}

const described = (key: string, doc: string): JsonSchema => ({ ...(KEY_VALUES[key] ?? {}), description: doc });

function opBranch(op: Op): JsonSchema {
  const keys = Object.fromEntries([...OP_KEYS].map((key) => [key, {}]));
  return {
    if: { properties: { op: { const: op.name } }, required: ['op'] },
    then: record({ ...keys, in: inputsOf(op), ...editorValues(op.attrs) }, { required: requiredOf(op.attrs) }),
  };
}

/** The port names of an op, offered below `in`. */
function inputsOf(op: Op): JsonSchema {
  const ports = portsOf(op);
  if (op.inputs === 'named' || ports.length < 2) return {};
  return { anyOf: [REFERENCE, { type: 'array', items: REFERENCES }, record(Object.fromEntries(ports.map((p) => [p.name, { ...REFERENCES, ...(p.doc ? { description: p.doc } : {}) }])))] };
}

function formBranch(form: NodeForm): JsonSchema {
  const keys = Object.fromEntries([form.key, ...Object.keys(form.keys)].map((key) => [key, {}]));
  const others = FORM_KEYS.filter((key) => key !== form.key && !(key in form.keys));
  return { if: { required: [form.key], not: { anyOf: others.map((key) => ({ required: [key] })) } }, then: record(keys) };
}
