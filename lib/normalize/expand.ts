import { failure } from '../diagnostics/failure.ts';
import { formOf } from '../schema/node-forms.ts';
import { child, type MapTree, type Tree } from '../source/tree.ts';
import { valueText } from '../schema/value.ts';
import { expandCall } from './call.ts';
import { expandLoop, expandMap } from './loop.ts';
import { expandOp } from './op.ts';
import { resolve } from './reference.ts';
import { joinPath, type Scope } from './scope.ts';
import { expandSequence } from './sequence.ts';
import { evaluateTree } from './text.ts';
import type { PortValue, Ports } from './values.ts';

/** Expands one node of any form; `when` and `remat` mean the same on all of them. */
export function expandNode(node: Tree, name: string, outer: Scope, piped?: PortValue): Ports {
  const tree = node as MapTree;
  const when = child(tree, 'when');
  if (when && !isOn(when, outer)) return skipped(tree, name, outer, piped);
  const scope = rematScope(tree, name, outer);
  switch (formOf(tree.entries.keys())?.key) {
    case 'op': return expandOp(tree, name, scope, piped);
    case 'graph': return expandCall(tree, name, scope, piped);
    case 'seq': return expandSequence(tree, name, scope, piped);
    case 'repeat': return expandLoop(tree, 'repeat', name, scope, piped);
    case 'chain': return expandLoop(tree, 'chain', name, scope, piped);
    case 'map': return expandMap(tree, name, scope);
    case 'model': return expandModel(tree, name, scope, piped);
    default: throw failure('schema/node', `node "${name}" has no form`, tree.span);
  }
}

function isOn(when: Tree, scope: Scope): boolean {
  const value = evaluateTree(when, scope);
  if (typeof value === 'boolean') return value;
  throw failure('normalize/when', `"when" is true or false, received ${valueText(value)}`, when.span, 'for example when: $(C != channels)');
}

/** A node that is off is the identity, so it needs one input to hand on. */
function skipped(tree: MapTree, name: string, scope: Scope, piped: PortValue | undefined): Ports {
  const input = child(tree, 'in');
  const first = input?.kind === 'list' ? input.items[0] : input?.kind === 'map' ? [...input.entries.values()][0]?.value : input;
  const count = input?.kind === 'list' ? input.items.length : input?.kind === 'map' ? input.entries.size : 1;
  const value = piped ?? (first && count === 1 ? resolve(first, scope) : undefined);
  if (!value) throw failure('normalize/when', `"when" switches "${name}" off, and which of its inputs to hand on is unclear`, tree.span, '"when" stands on nodes with one input');
  return scope.session.builder.record(joinPath(scope.path, name), new Map([['out', value]]));
}

function rematScope(tree: MapTree, name: string, scope: Scope): Scope {
  const remat = child(tree, 'remat');
  if (!remat || scope.remat !== undefined || evaluateTree(remat, scope) !== true) return scope;
  return { ...scope, remat: joinPath(scope.path, name) };
}

function expandModel(tree: MapTree, name: string, scope: Scope, piped: PortValue | undefined): Ports {
  const { callModel } = scope.session;
  if (!callModel) throw failure('schema/model', 'models are called in an experiment\'s "step" and "predict"', tree.span);
  return callModel(String((child(tree, 'model') as { value?: unknown }).value), { scope, path: joinPath(scope.path, name), tree, span: tree.span, piped });
}
