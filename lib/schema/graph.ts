import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { child, keysOf, kindText, toData, type MapTree, type Tree } from '../source/tree.ts';
import { locate } from '../source/pointer.ts';
import { checkNodes, mentionsName, nameErrors, type NodeContext } from './node.ts';
import { MAPPING_SCHEMA } from './mapping.ts';
import { PARAM_SCHEMA, paramSchema } from './param.ts';

/** Keys of a graph and what they are for. */
export const GRAPH_KEYS: Readonly<Record<string, string>> = {
  kind: 'graph',
  name: 'The name, in kebab-case.',
  doc: 'What the graph computes and where it is defined (paper, equation, repository).',
  source: 'The paper or repository the graph follows.',
  plugins: 'TypeScript or JavaScript files with ops of your own; run only with --allow-plugins.',
  params: 'Values a caller may choose, each with its type and default.',
  inputs: 'Input name -> shape, such as [N, H, W, C]; letters are sizes that the input gives.',
  graphs: 'Local graphs, called by their names.',
  nodes: 'Name -> node.',
  outputs: 'Output name -> reference.',
  weights: 'How checkpoints of other frameworks name this graph\'s weights.',
};

const LOCAL_KEYS = ['name', 'doc', 'source', 'params', 'inputs', 'graphs', 'nodes', 'outputs', 'weights'];

/** Phase 3 for a graph document: every mistake that can be seen without knowing sizes. */
export function checkGraph(tree: MapTree, context: NodeContext, local = false): Diagnostic[] {
  const known = local ? LOCAL_KEYS : Object.keys(GRAPH_KEYS);
  return [
    ...unknownKeys(tree, known, local ? 'a local graph' : 'a graph'),
    ...missingKeys(tree, ['nodes', 'outputs']),
    ...pluginErrors(child(tree, 'plugins')),
    ...paramErrors(child(tree, 'params'), context),
    ...inputErrors(child(tree, 'inputs')),
    ...localErrors(child(tree, 'graphs'), context),
    ...(child(tree, 'nodes') ? checkNodes(child(tree, 'nodes') as Tree, context) : []),
    ...outputErrors(child(tree, 'outputs')),
    ...mappingErrors(child(tree, 'weights'), context),
  ];
}

export function unknownKeys(tree: MapTree, known: readonly string[], what: string): Diagnostic[] {
  return [...tree.entries].filter(([key]) => !known.includes(key)).map(([key, entry]) =>
    errorAt('schema/unknown-key', `${what} has no "${key}"`, entry.key, suggestion(key, known)));
}

function missingKeys(tree: MapTree, keys: readonly string[]): Diagnostic[] {
  return keys.filter((key) => !tree.entries.has(key)).map((key) =>
    errorAt('schema/missing-key', `the graph has no "${key}"`, tree.span, key === 'outputs' ? 'outputs: { out: last-node }' : undefined));
}

function mappingErrors(rules: Tree | undefined, context: NodeContext): Diagnostic[] {
  const error = rules && context.values.check(MAPPING_SCHEMA, toData(rules), '"weights" of a graph', (p) => locate(rules, p)?.span ?? rules.span);
  return error ? [error] : [];
}

/** `plugins` is a list of files, of graphs and experiments alike. */
export function pluginErrors(plugins: Tree | undefined): Diagnostic[] {
  if (!plugins) return [];
  const isText = (t: Tree): boolean => t.kind === 'scalar' && typeof t.value === 'string';
  if (plugins.kind === 'list' && plugins.items.every(isText)) return [];
  return [errorAt('schema/plugins', `"plugins" is a list of files, received ${plugins.kind === 'list' ? 'something else in it' : kindText(plugins)}`, plugins.span, isText(plugins) ? `plugins: [${String(toData(plugins))}]` : 'plugins: [./my-ops.ts]')];
}

/** The declarations of `params`, of graphs and experiments alike. */
export function paramErrors(params: Tree | undefined, context: NodeContext): Diagnostic[] {
  if (!params) return [];
  if (params.kind !== 'map') return [errorAt('schema/params', `"params" maps names to declarations, received ${kindText(params)}`, params.span)];
  return [...params.entries].flatMap(([name, { key, value }]) => {
    const shape = context.values.check(PARAM_SCHEMA, toData(value), `param "${name}"`, (p) => locate(value, p)?.span ?? value.span);
    if (shape) return [...nameErrors(name, key), shape];
    return [...nameErrors(name, key), ...defaultErrors(name, value, context)];
  });
}

function defaultErrors(name: string, declaration: Tree, context: NodeContext): Diagnostic[] {
  const value = child(declaration, 'default');
  if (!value || mentionsName(value)) return [];
  const error = context.values.check(paramSchema(declaration), toData(value), `default of "${name}"`, (p) => locate(value, p)?.span ?? value.span);
  return error ? [error] : [];
}

function inputErrors(inputs: Tree | undefined): Diagnostic[] {
  if (!inputs) return [];
  if (inputs.kind !== 'map') return [errorAt('schema/inputs', `"inputs" maps names to shapes, received ${kindText(inputs)}`, inputs.span)];
  return [...inputs.entries].flatMap(([name, { key, value }]) => [...nameErrors(name, key), ...inputDeclarationErrors(name, value)]);
}

/** More tensors than this in one list are a slip of the pen. */
const MAX_LENGTH = 1000;

const INPUT_KEYS = ['shape', 'list', 'length', 'shapes', 'dtype', 'optional', 'doc'];

function inputDeclarationErrors(name: string, tree: Tree): Diagnostic[] {
  if (tree.kind === 'list') return [];
  const expected = `input "${name}": expected a shape such as [N, H, W, C] or { list: [N, ...], length: 8 }`;
  if (tree.kind !== 'map') return [errorAt('schema/input', `${expected}, received ${kindText(tree)}`, tree.span)];
  const unknown = unknownKeys(tree, INPUT_KEYS, `input "${name}"`);
  const shape = child(tree, 'shape') ?? child(tree, 'list');
  if (shape?.kind !== 'list') return [...unknown, errorAt('schema/input', `${expected}, received ${kindText(tree)}`, tree.span)];
  return [...unknown, ...listErrors(name, tree), ...dtypeErrors(name, child(tree, 'dtype'))];
}

/** `length` and `shapes` say how many tensors a list has; `shapes` also what each is. */
function listErrors(name: string, tree: MapTree): Diagnostic[] {
  const length = child(tree, 'length');
  const shapes = child(tree, 'shapes');
  const stray = length ?? shapes;
  if (stray && !child(tree, 'list')) return [errorAt('schema/input', `input "${name}": "${length ? 'length' : 'shapes'}" belongs to a list`, stray.span, 'list: [N, ...]')];
  if (length && !(length.kind === 'scalar' && typeof length.value === 'number' && Number.isInteger(length.value) && length.value >= 1 && length.value <= MAX_LENGTH)) {
    return [errorAt('schema/input', `input "${name}": "length" is a whole number from 1 to ${MAX_LENGTH}`, length.span)];
  }
  if (!shapes) return [];
  if (shapes.kind !== 'list' || shapes.items.length === 0 || shapes.items.some((s) => s.kind !== 'list')) return [errorAt('schema/input', `input "${name}": "shapes" lists a shape for each item`, shapes.span, 'shapes: [[N, 4, 4, 256], [N, 8, 8, 128]]')];
  return length ? [errorAt('schema/input', `input "${name}": "shapes" already says how many items there are`, length.span)] : [];
}

const DTYPES = ['float32', 'int32', 'bool', 'any'];

function dtypeErrors(name: string, dtype: Tree | undefined): Diagnostic[] {
  const value = dtype && String(toData(dtype));
  if (!dtype || value === undefined || DTYPES.includes(value)) return [];
  return [errorAt('schema/input', `input "${name}": expected a dtype of ${DTYPES.join(', ')}, received "${value}"`, dtype.span, suggestion(value, DTYPES))];
}

function localErrors(graphs: Tree | undefined, context: NodeContext): Diagnostic[] {
  if (!graphs) return [];
  if (graphs.kind !== 'map') return [errorAt('schema/graphs', `"graphs" maps names to graphs, received ${kindText(graphs)}`, graphs.span)];
  return [...graphs.entries].flatMap(([name, { key, value }]) => [
    ...nameErrors(name, key),
    ...(value.kind === 'map' ? checkGraph(value, context, true) : [errorAt('schema/graphs', `local graph "${name}" is a mapping, received ${kindText(value)}`, value.span)]),
  ]);
}

function outputErrors(outputs: Tree | undefined): Diagnostic[] {
  if (!outputs) return [];
  if (outputs.kind !== 'map' || keysOf(outputs).length === 0) {
    return [errorAt('schema/outputs', `"outputs" maps names to references, received ${outputs.kind === 'map' ? 'nothing' : kindText(outputs)}`, outputs.span, 'outputs: { out: last-node }')];
  }
  return [...outputs.entries].flatMap(([name, { key, value }]) => {
    const wrong = value.kind === 'scalar' && typeof value.value === 'string' ? [] : [errorAt('schema/outputs', `output "${name}" is a reference, received ${kindText(value)}`, value.span, 'an output only names a node')];
    return [...nameErrors(name, key), ...wrong];
  });
}
