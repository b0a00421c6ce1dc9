import { failure } from '../../diagnostics/failure.ts';
import type { TermPlan, Window } from '../../ir/experiment.ts';
import { WINDOW_SCHEMA } from '../../schema/experiment.ts';
import { shapeText } from '../../shape/shape.ts';
import { child, type Data, type MapTree, type Tree } from '../../source/tree.ts';
import { compileSchedule } from '../../optimizers/schedule.ts';
import { callGraph, givenParams, graphOf } from '../call.ts';
import { oneTensor } from '../reference.ts';
import type { Scope } from '../scope.ts';
import { asData, evaluateTree } from '../text.ts';
import { mainPort } from '../values.ts';
import { readSection } from './section.ts';

interface Surroundings {
  readonly phase: string;
  readonly path: readonly string[];
  readonly weights: readonly Data[];
  readonly windows: readonly Window[];
}

/** The terms of a phase, groups flattened; a literal weight of 0 prunes a term or a whole group. */
export function readTerms(terms: MapTree, phase: string, scope: Scope): TermPlan[] {
  return walk(terms, { phase, path: [], weights: [], windows: [] }, scope);
}

function walk(terms: MapTree, around: Surroundings, scope: Scope): TermPlan[] {
  return [...terms.entries].flatMap(([name, { value }]) => {
    const tree = value as MapTree;
    const weight = weightOf(child(tree, 'weight'), scope);
    if (weight === 0) return [];
    const here: Surroundings = {
      phase: around.phase, path: [...around.path, name],
      weights: weight === 1 ? around.weights : [...around.weights, weight], windows: [...around.windows, ...windowOf(tree, scope)],
    };
    const inner = child(tree, 'terms');
    return inner ? walk(inner as MapTree, here, scope) : [termOf(tree, here, scope)];
  });
}

function termOf(tree: MapTree, here: Surroundings, scope: Scope): TermPlan {
  const graph = graphOf(child(tree, 'graph') as Tree, scope);
  const dotted = ['', here.phase, ...here.path].join('.');
  const ports = callGraph({
    // A name that no node can have, so that terms and step nodes never share a path.
    graph, tree, scope, piped: undefined, path: `@${dotted.slice(1)}`, weightPath: `@${dotted.slice(1)}`,
    params: givenParams(child(tree, 'with'), graph, scope),
  });
  const value = mainPort(ports);
  const name = here.path.join('/');
  if (!value) throw failure('infer/loss', `term "${name}": a loss has one output, "${graph.name}" has ${[...ports.keys()].join(', ')}`, tree.span);
  const tensor = oneTensor(value, `term "${name}"`, tree.span);
  if (tensor.shape.length > 0) {
    throw failure('infer/loss', `term "${name}": a loss is one number, "${graph.name}" gives ${shapeText(tensor.shape)}`, tree.span, 'reduce it with mean or sum');
  }
  return { path: name, value: tensor.id, weights: here.weights, windows: here.windows };
}

function weightOf(tree: Tree | undefined, scope: Scope): Data {
  if (!tree) return 1;
  const value = asData(evaluateTree(tree, scope), tree.span);
  compileSchedule(value, '"weight"', tree.span);
  return value;
}

/** Nothing where a term acts at every step. */
function windowOf(tree: MapTree, scope: Scope): Window[] {
  const keys = ['from', 'until', 'every'].filter((key) => tree.entries.has(key));
  return keys.length === 0 ? [] : [readWindow(tree, scope)];
}

export function readWindow(tree: MapTree, scope: Scope): Window {
  const own: MapTree = { ...tree, entries: new Map([...tree.entries].filter(([key]) => key in WINDOW_SCHEMA)) };
  const read = readSection(own, WINDOW_SCHEMA, 'schedule', scope, tree) as { from: number; until?: number; every: number };
  return { from: read.from, until: read.until ?? Number.MAX_SAFE_INTEGER, every: read.every };
}
