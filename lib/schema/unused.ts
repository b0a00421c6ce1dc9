import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import { child, toData, type MapTree, type Tree } from '../source/tree.ts';

/** What the values of a document mention. */
interface Mentions {
  /** First parts of references: `x`, `codes` of `codes.gamma`. */
  readonly references: Set<string>;
  /** Names inside `$name` and `$( … )`. */
  readonly names: Set<string>;
  /** Texts under `graph` and `model`. */
  readonly called: Set<string>;
  /** Every text. */
  readonly texts: Set<string>;
}

/** Warnings about what a graph file declares and never uses; for files checked themselves, not for those they call. */
export function unusedInGraph(tree: MapTree): Diagnostic[] {
  const mentions = gather(tree);
  const locals = child(tree, 'graphs');
  return [
    ...unusedParams(tree, mentions, 'the graph'),
    ...entriesOf(child(tree, 'inputs')).filter(([name]) => !mentions.references.has(name) && !mentions.names.has(name)).map(([name, span]) => warn(`the input "${name}" is never used`, span)),
    ...unusedNodes(child(tree, 'nodes'), mentions),
    ...(takesGraphs(tree) ? [] : entriesOf(locals)).flatMap(([name, span]) => unusedLocal(name, span, child(locals, name) as MapTree, mentions)),
  ];
}

/** The same for an experiment: params, models, inputs and nodes of `step` and `predict`. */
export function unusedInExperiment(tree: MapTree): Diagnostic[] {
  const mentions = gather(tree);
  const sections = ['step', 'predict'].flatMap((key) => {
    const section = child(tree, key);
    const inputs = entriesOf(child(section, 'inputs')).filter(([name]) => !mentions.references.has(name));
    return [...inputs.map(([name, span]) => warn(`the input "${name}" of "${key}" is never used`, span)), ...unusedNodes(child(section, 'nodes'), mentions)];
  });
  const models = entriesOf(child(tree, 'models')).filter(([name]) => !mentions.called.has(name) && !mentions.references.has(name));
  return [...unusedParams(tree, mentions, 'the experiment'), ...models.map(([name, span]) => warn(`the model "${name}" is never called`, span)), ...sections];
}

/** With a param of type graph, a caller may choose local graphs that no node names. */
function takesGraphs(tree: MapTree): boolean {
  const params = child(tree, 'params');
  return entriesOf(params).some(([name]) => { const type = child(child(params, name), 'type'); return type !== undefined && toData(type) === 'graph'; });
}

function unusedLocal(name: string, span: Span, tree: MapTree, outer: Mentions): Diagnostic[] {
  if (![...outer.texts].some((text) => mentionsWord(text, name))) return [warn(`the local graph "${name}" is never called`, span)];
  // A graph that is chosen by a value keeps the interface of those it stands beside, needed or not.
  if (!outer.called.has(name)) return unusedNodes(child(tree, 'nodes'), gather(tree));
  return unusedInGraph(tree);
}

function unusedParams(tree: MapTree, mentions: Mentions, where: string): Diagnostic[] {
  return entriesOf(child(tree, 'params')).filter(([name]) => !mentions.names.has(name)).map(([name, span]) => warn(`${where} never reads its param "${name}"`, span, `"$${name}" reads it`));
}

/** Nodes that nothing refers to; the bodies of loops are looked into. */
function unusedNodes(nodes: Tree | undefined, mentions: Mentions): Diagnostic[] {
  return entriesOf(nodes).flatMap(([name, span]) => {
    const node = child(nodes, name);
    const own = mentions.references.has(name) ? [] : [warn(`nothing uses the node "${name}"`, span, 'name it in "in" or "outputs", or remove it')];
    return [...own, ...unusedNodes(child(node, 'nodes'), mentions), ...unusedNodes(child(child(node, 'do'), 'nodes'), mentions)];
  });
}

const entriesOf = (tree: Tree | undefined): (readonly [string, Span])[] => (tree?.kind === 'map' ? [...tree.entries].map(([name, e]) => [name, e.key] as const) : []);

function warn(message: string, span: Span, hint?: string): Diagnostic {
  return { code: 'unused', severity: 'warning', message, span, ...(hint === undefined ? {} : { hint }) };
}

function gather(tree: Tree): Mentions {
  const mentions: Mentions = { references: new Set(), names: new Set(), called: new Set(), texts: new Set() };
  walk(tree, '', mentions);
  return mentions;
}

// Where a text is a reference to a node, an input or a carried value.
const REFERENCE_KEYS = new Set(['in', 'carry', 'chain', 'map', 'next', 'collect', 'out', 'outputs', 'share', 'reuse', 'take']);

function walk(tree: Tree, under: string, m: Mentions): void {
  if (tree.kind === 'list') tree.items.forEach((item) => walk(item, under, m));
  if (tree.kind === 'map') for (const [key, { value }] of tree.entries) walk(value, placeOf(key, under), m);
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') return;
  const text = tree.value;
  m.texts.add(text);
  if (REFERENCE_KEYS.has(under)) m.references.add(text.split('.')[0]);
  if (under === 'graph' || under === 'model' || under === 'update') m.called.add(text);
  for (const name of namesOf(text)) m.names.add(name);
}

// Keys below these are names of the user's own.
const NAMING_KEYS = new Set(['nodes', 'graphs', 'params', 'models', 'terms', 'phases']);

function placeOf(key: string, under: string): string {
  if (NAMING_KEYS.has(under)) return '';
  return REFERENCE_KEYS.has(under) && !REFERENCE_KEYS.has(key) ? under : key;
}

/** Every word of a text with `$` in it: expressions are parsed elsewhere, here a word too many only hides a warning. */
function namesOf(text: string): string[] {
  if (!text.includes('$')) return [];
  return text.match(/[A-Za-z_]\w*(?:-\w+)*/g) ?? [];
}

const mentionsWord = (text: string, word: string): boolean => text === word || (text.includes('$') && namesOf(text).includes(word));

