import type { Span } from '../diagnostics/diagnostic.ts';
import type { ModelCall } from '../ir/ir.ts';
import { isConcrete } from '../shape/dim.ts';
import type { MapTree } from '../source/tree.ts';
import type { Given } from './inputs.ts';
import type { Memory } from './memory.ts';
import { itemsOf } from './reference.ts';
import { isGraphValue, isTensors, type GraphValue, type NamedValue, type TensorValue } from './values.ts';

interface KeyedCall {
  readonly graph: GraphValue;
  readonly tree: MapTree;
  readonly scope: { readonly calls: readonly Span[] };
  readonly path: string;
  readonly weightPath: string;
  readonly params: ReadonlyMap<string, NamedValue>;
  readonly call?: ModelCall;
  readonly remat?: string;
}

/**
 * A text that is equal for two calls of a model exactly when they expand to the same nodes, or undefined where that cannot be told: the calling node
 * and the graph (by identity), the params, the names, shapes and types of the inputs, and where the nodes and weights go.
 */
export function callKey(call: KeyedCall, given: ReadonlyMap<string, Given>, memory: Memory): string | undefined {
  const { graph, tree, scope, params } = call;
  if (!call.call || graph.locals.size > 0) return undefined;
  const values = [...params].map(([name, value]) => [name, paramKey(value, memory)]);
  if (values.some(([, key]) => key === undefined)) return undefined;
  const inputs = [...given].map(([name, { value }]) => [name, value.kind, itemsOf(value).map(tensorKey)]);
  const places = [tree, graph.tree, ...scope.calls].map(memory.number);
  return JSON.stringify([places, call.call, call.path, call.weightPath, call.remat ?? '', values, inputs]);
}

function paramKey(value: NamedValue, memory: Memory): unknown {
  if (isGraphValue(value)) return value.locals.size > 0 ? undefined : ['graph', memory.number(value.tree)];
  return isTensors(value) ? undefined : ['value', value];
}

const tensorKey = ({ id, dtype, shape }: TensorValue): unknown => [id, dtype, shape.map((d) => (isConcrete(d) ? d : d.key))];
