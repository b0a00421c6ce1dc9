import { resolvePath } from '../compose/files.ts';
import type { Declares, PatchContext } from '../compose/patch.ts';
import { DATA_SCHEMA, EVALUATE_SCHEMA, EXPERIMENT_KEYS, GROUP_KEYS, MODEL_KEYS, OPTIMIZER_SCHEMA, PHASE_KEYS, TERM_KEYS, TRAIN_SCHEMA } from '../schema/experiment.ts';
import { child, keysOf, toData, type Tree } from '../source/tree.ts';
import { graphReader, type Context } from './graph.ts';

/**
 * What may be `set` although no file wrote it: params of a called graph (`/models/generator/with/norms`) and the optional fields of
 * an experiment. Patches resolve through calls, so that a variant can reach any declared param.
 */
export function patchContext(context: Context): PatchContext {
  const read = graphReader(context);
  const declares: Declares = (root, parts) => {
    const known = namesAt(root, parts, context, (tree) => paramsOfCalled(tree, read));
    return { known, found: known.includes(parts[parts.length - 1]) };
  };
  return { declares };
}

function namesAt(root: Tree, parts: readonly string[], context: Context, paramsOf: (call: Tree) => readonly string[]): readonly string[] {
  const parent = parts.slice(0, -1);
  if (parent.at(-1) === 'with') {
    const call = parent.slice(0, -1).reduce<Tree | undefined>(child, root);
    return call ? paramsOf(call) : [];
  }
  const here = parent.reduce<Tree | undefined>(child, root);
  if (parent.length === 0) return Object.keys(EXPERIMENT_KEYS);
  return fieldsAt(parent, here, context);
}

/** Optional fields by where they stand. */
function fieldsAt(parent: readonly string[], here: Tree | undefined, context: Context): readonly string[] {
  const [section] = parent;
  if (parent.length === 1 && section === 'data') return [...Object.keys(DATA_SCHEMA), ...datasetAttrs(here, context)];
  if (parent.length === 1 && section === 'evaluate') return Object.keys(EVALUATE_SCHEMA);
  if (parent.length === 1 && section === 'train') return Object.keys(TRAIN_SCHEMA);
  if (parent.length === 2 && section === 'data' && parent[1] === 'pairs') return ['same-identity', 'by'];
  if (parent.length === 2 && section === 'train' && parent[1] === 'checkpoint') return ['every', 'keep'];
  if (parent.length === 2 && section === 'models' && here) return MODEL_KEYS;
  if (section !== 'phases' || !here) return [];
  if (parent.length === 2) return PHASE_KEYS;
  if (parent.length === 3 && parent[2] === 'optimizer') return [...Object.keys(OPTIMIZER_SCHEMA), ...optimizerAttrs(here, context)];
  return parent.at(-2) === 'terms' ? (child(here, 'terms') ? GROUP_KEYS : TERM_KEYS) : [];
}

function datasetAttrs(data: Tree | undefined, context: Context): readonly string[] {
  const name = child(data, 'dataset');
  return Object.keys((name && context.registry.datasets.get(String(toData(name)))?.attrs) ?? {});
}

function optimizerAttrs(optimizer: Tree, context: Context): readonly string[] {
  const type = child(optimizer, 'type');
  return Object.keys((type && context.registry.optimizers.get(String(toData(type)))?.attrs) ?? {});
}

function paramsOfCalled(call: Tree, read: ReturnType<typeof graphReader>): readonly string[] {
  const graph = child(call, 'graph');
  if (graph?.kind !== 'scalar' || typeof graph.value !== 'string' || !/\.ya?ml$/.test(graph.value)) return [];
  return keysOf(child(read(resolvePath(graph.value, graph.span), graph.span), 'params'));
}
