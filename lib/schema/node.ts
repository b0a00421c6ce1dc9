import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/failure.ts';
import { nearest, suggestion } from '../diagnostics/nearest.ts';
import { isRequired, type AttributeSchemas } from '../registry/attributes.ts';
import type { Op } from '../registry/op.ts';
import { opNames, type Registry } from '../registry/registry.ts';
import { child, kindText, keysOf, toData, type MapTree, type Tree } from '../source/tree.ts';
import { locate } from '../source/pointer.ts';
import { FORM_KEYS, formOf, OP_KEYS, type NodeForm } from './node-forms.ts';
import type { ValueChecker } from './value.ts';

export interface NodeContext {
  readonly registry: Registry;
  readonly values: ValueChecker;
  /** Whether `model:` may stand here: in steps and `predict` only. */
  readonly models: boolean;
}

/** Every mistake in one node that can be seen without knowing sizes: its form, its keys, its op's attributes. */
export function checkNode(tree: Tree, name: string, context: NodeContext, inSequence = false): Diagnostic[] {
  if (tree.kind !== 'map') {
    return [errorAt('schema/node', `node "${name}": expected a mapping such as { op: relu, in: x }, received ${kindText(tree)}`, tree.span, callHint(tree, context))];
  }
  const form = formOf(tree.entries.keys());
  if (!form) return [formError(tree, name, context)];
  if (form.key === 'model' && !context.models) {
    return [errorAt('schema/model', `node "${name}" calls a model; models are called in an experiment's "step" and "predict"`, tree.span, 'in a graph, call a graph: { graph: ./file.yaml, in: x }')];
  }
  return [...keyErrors(tree, name, form, context, inSequence), ...inputErrors(tree, name), ...bodyErrors(tree, name, form, context)];
}

function formError(tree: MapTree, name: string, context: NodeContext): Diagnostic {
  const keys = [...tree.entries.keys()];
  const forms = keys.filter((k) => FORM_KEYS.includes(k));
  if (forms.length > 1) return errorAt('schema/node', `node "${name}" has both "${forms[0]}" and "${forms[1]}"; it may have one`, tree.entries.get(forms[1])?.key, 'make two nodes of it');
  const typo = keys.find((k) => nearest(k, FORM_KEYS) !== undefined && !context.registry.ops.has(k));
  if (typo !== undefined) return errorAt('schema/node', `node "${name}" has no "${FORM_KEYS.join('", "')}"`, tree.entries.get(typo)?.key, `did you mean "${nearest(typo, FORM_KEYS)}" for "${typo}"?`);
  return errorAt('schema/node', `node "${name}" needs one of ${FORM_KEYS.join(', ')}`, tree.span, formHint(tree, context));
}

/** An op's name as a key (`relu: x`) or under another key (`type: relu`) shows what was meant. */
function formHint(tree: MapTree, context: NodeContext): string {
  const { ops } = context.registry;
  for (const [key, { value }] of tree.entries) {
    const text = value.kind === 'scalar' ? String(value.value) : undefined;
    if (ops.has(key)) return `write { op: ${key}, ${text === undefined ? '…' : `in: ${text}`} }`;
    if (text !== undefined && ops.has(text)) return `write op: ${text} instead of ${key}: ${text}`;
  }
  return 'for example { op: conv2d, in: x, channels: 64, kernel: 3 }';
}

/** `relu(x)` or `relu` where a node belongs. */
function callHint(tree: Tree, context: NodeContext): string | undefined {
  const match = tree.kind === 'scalar' ? /^([a-z0-9-]+)(?:\(([^()]*)\))?$/.exec(String(tree.value)) : null;
  if (!match || !context.registry.ops.has(match[1])) return undefined;
  const inputs = (match[2] ?? 'x').split(',').map((t) => t.trim());
  return `write { op: ${match[1]}, in: ${inputs.length > 1 ? `[${inputs.join(', ')}]` : inputs[0]} }`;
}

function keyErrors(tree: MapTree, name: string, form: NodeForm, context: NodeContext, inSequence: boolean): Diagnostic[] {
  const misplaced = tree.entries.get('name');
  const outside = misplaced && !inSequence ? [errorAt('schema/name', `node "${name}" is named by its key; "name" stands in "seq" items only`, misplaced.key)] : [];
  if (form.key === 'op') return [...outside, ...opErrors(tree, name, context)];
  const known = [form.key, ...Object.keys(form.keys)];
  const unknown = [...tree.entries].filter(([key]) => !known.includes(key));
  return [...outside, ...unknown.map(([key, entry]) => errorAt('schema/unknown-key', `a "${form.key}" node has no "${key}"`, entry.key, wrongKeyHint(key, entry.value, form, known)))];
}

function wrongKeyHint(key: string, value: Tree, form: NodeForm, known: readonly string[]): string | undefined {
  const likely = nearest(key, known);
  // `width: 4` is near `with`, which takes a mapping.
  const near = likely === 'with' && value.kind !== 'map' ? undefined : likely;
  const params = form.key === 'graph' ? `params of the graph go into "with": with: { ${key}: … }` : undefined;
  if (near) return `did you mean "${near}"?${params ? ` (${params})` : ''}`;
  return params ?? suggestion(key, known);
}

function opErrors(tree: MapTree, node: string, context: NodeContext): Diagnostic[] {
  const opTree = child(tree, 'op') as Tree;
  if (opTree.kind !== 'scalar' || typeof opTree.value !== 'string') {
    return [errorAt('schema/op', `node "${node}": "op" is the name of an op, received ${kindText(opTree)}`, opTree.span)];
  }
  if (opTree.value.includes('$')) return [];
  const op = context.registry.ops.get(opTree.value);
  if (!op) return [errorAt('schema/unknown-op', `there is no op "${opTree.value}"`, opTree.span, opHint(opTree.value, context.registry))];
  return [...attributeErrors(tree, op, context), ...missingAttributes(tree, op, node)];
}

function opHint(name: string, registry: Registry): string | undefined {
  const [base, version] = name.split('@');
  if (version !== undefined && registry.ops.has(base)) return `"${base}" has no version ${version}`;
  const near = nearest(name, opNames(registry));
  return near ? `did you mean "${near}"?` : 'docs/reference/ops.md lists all';
}

function attributeErrors(tree: MapTree, op: Op, context: NodeContext): Diagnostic[] {
  const out: Diagnostic[] = [];
  for (const [key, entry] of tree.entries) {
    const schema = Object.hasOwn(op.attrs, key) ? op.attrs[key] : undefined;
    if (OP_KEYS.has(key) && !schema) continue;
    if (!schema) {
      out.push(errorAt('schema/unknown-attribute', `${op.name} has no attribute "${key}"`, entry.key, suggestion(key, Object.keys(op.attrs))));
    } else if (!mentionsName(entry.value)) {
      const error = context.values.check(schema, toData(entry.value), `"${key}" of ${op.name}`, (p) => locate(entry.value, p)?.span ?? entry.value.span);
      if (error) out.push(error);
    }
  }
  return out;
}

function missingAttributes(tree: MapTree, op: Op, node: string): Diagnostic[] {
  const missing = Object.entries(op.attrs as AttributeSchemas).filter(([key, schema]) => isRequired(schema) && !tree.entries.has(key) && !isMisspelt(tree, op, key));
  return missing.map(([key, schema]) => errorAt('schema/missing-attribute', `node "${node}": ${op.name} needs "${key}"${schema.description ? ` (${lower(schema.description)})` : ''}`, tree.span, `add ${key}: …`));
}

/** Whether an unknown key is near: then its own message says so. */
function isMisspelt(tree: MapTree, op: Op, key: string): boolean {
  return keysOf(tree).some((k) => !Object.hasOwn(op.attrs, k) && !OP_KEYS.has(k) && nearest(k, [key]) === key);
}

const lower = (text: string): string => text.replace(/\.$/, '').replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase());

/** Whether a value reads names, so that it can be checked only when it is known. */
export function mentionsName(tree: Tree): boolean {
  if (tree.kind === 'scalar') return typeof tree.value === 'string' && tree.value.includes('$');
  if (tree.kind === 'list') return tree.items.some(mentionsName);
  return [...tree.entries.values()].some((e) => mentionsName(e.value));
}

function inputErrors(tree: MapTree, name: string): Diagnostic[] {
  const input = child(tree, 'in');
  if (!input) return [];
  const leaves = input.kind === 'list' ? input.items : input.kind === 'map' ? [...input.entries.values()].map((e) => e.value) : [input];
  return leaves.flatMap((leaf) => {
    const items = leaf.kind === 'list' ? leaf.items : [leaf];
    return items.filter((i) => i.kind !== 'scalar' || typeof i.value !== 'string').map((i) =>
      errorAt('schema/reference', `node "${name}": "in" holds references such as "x" or "parts.gamma", received ${kindText(i)}`, i.span, numberHint(i)));
  });
}

const numberHint = (t: Tree): string | undefined => (t.kind === 'scalar' && typeof t.value === 'number' ? `a node named ${t.value} is written "${t.value}" in quotes` : undefined);

function bodyErrors(tree: MapTree, name: string, form: NodeForm, context: NodeContext): Diagnostic[] {
  if (form.key === 'seq') return sequenceErrors(tree, name, context);
  if (!['chain', 'repeat', 'map'].includes(form.key)) return [];
  const body = child(tree, 'do');
  const nodes = child(tree, 'nodes');
  if ((body === undefined) === (nodes === undefined)) {
    return [errorAt('schema/body', `"${form.key}" node "${name}" needs ${body ? 'only one of' : 'a body:'} "do" (one node) or "nodes" (several)`, tree.span)];
  }
  if (body) return checkNode(body, `${name}.do`, context);
  return checkNodes(nodes as Tree, context);
}

function sequenceErrors(tree: MapTree, name: string, context: NodeContext): Diagnostic[] {
  const items = child(tree, 'seq') as Tree;
  if (items.kind !== 'list' || items.items.length === 0) {
    return [errorAt('schema/seq', `node "${name}": "seq" is a list of nodes, received ${items.kind === 'list' ? 'an empty list' : kindText(items)}`, items.span)];
  }
  return items.items.flatMap((item, i) => checkNode(item, `${name}.${i}`, context, true));
}

/** The mistakes of a `nodes:` mapping. */
export function checkNodes(tree: Tree, context: NodeContext): Diagnostic[] {
  if (tree.kind !== 'map') return [errorAt('schema/nodes', `"nodes" maps names to nodes, received ${kindText(tree)}`, tree.span)];
  return [...tree.entries].flatMap(([name, entry]) => [...nameErrors(name, entry.key), ...checkNode(entry.value, name, context)]);
}

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export function nameErrors(name: string, span: Diagnostic['span']): Diagnostic[] {
  if (NAME.test(name)) return [];
  const fixed = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return [errorAt('schema/name', `"${name}" is no name: names are kebab-case`, span, fixed ? `for example "${fixed}"` : undefined)];
}
