import type { Span } from '../diagnostics/diagnostic.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { ExpressionError } from '../expression/parse.ts';
import { outputId, type IrNode } from '../ir/ir.ts';
import { reach } from '../ir/prune.ts';
import { isRequired, withDefaults, type AttributeSchema } from '../registry/attributes.ts';
import { opKey, outputsOf, portsOf, ShapeError, type Op, type Port } from '../registry/op.ts';
import { opNames } from '../registry/registry.ts';
import { OP_KEYS } from '../schema/node-forms.ts';
import { shapeText, type DType, type Shape } from '../shape/shape.ts';
import { child, type MapTree, type Tree } from '../source/tree.ts';
import { locate } from '../source/pointer.ts';
import { assignInputs, type Given } from './inputs.ts';
import { oneTensor } from './reference.ts';
import { joinPath, joinWeight, type Scope } from './scope.ts';
import { refuseNewWeights, weightBase } from './share.ts';
import { asText, evaluateTree } from './text.ts';
import { isGraphValue, type PortValue, type Ports, type TensorValue } from './values.ts';

/** Expands `{ op: … }` into one IR node, or, for ops on lists, into a list. */
export function expandOp(tree: MapTree, name: string, scope: Scope, piped: PortValue | undefined): Ports {
  const opTree = child(tree, 'op') as Tree;
  const op = findOp(asText(opTree, scope, '"op"'), opTree.span, scope);
  const attrs = attributes(tree, op, scope);
  const path = joinPath(scope.path, name);
  if (op.inputs === 'named') return emit(namedInputs(tree, scope, op, piped), op, attrs, tree, name, scope);
  const ports = portsOf(op);
  const given = assignInputs(child(tree, 'in'), piped, ports, scope, op.name, tree.span);
  if (op.traits?.listwise) return listwise(op, attrs, ports, given, path, scope);
  return emit(flatInputs(ports, given, op), op, attrs, tree, name, scope);
}

function findOp(name: string, span: Span, scope: Scope): Op {
  const op = scope.session.registry.ops.get(name);
  if (op) return op;
  throw failure('schema/unknown-op', `there is no op "${name}"`, span, suggestion(name, opNames(scope.session.registry)));
}

function attributes(tree: MapTree, op: Op, scope: Scope): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [key, { value: source }] of tree.entries) {
    if (OP_KEYS.has(key) && !Object.hasOwn(op.attrs, key)) continue;
    const value = evaluateTree(source, scope);
    if (isGraphValue(value)) throw failure('schema/value', `"${key}" of ${op.name}: a graph cannot stand here`, source.span);
    const error = scope.session.values.check(op.attrs[key], value, `"${key}" of ${op.name}`, (p) => locate(source, p)?.span ?? source.span);
    if (error) throw new DiagnosticError([error]);
    given[key] = value;
  }
  for (const [key, schema] of Object.entries(op.attrs as Record<string, AttributeSchema>)) {
    if (isRequired(schema) && given[key] === undefined) throw failure('schema/missing-attribute', `${op.name} needs "${key}"`, tree.span);
  }
  return withDefaults(op.attrs, given);
}

interface FlatInputs {
  readonly values: readonly (TensorValue | undefined)[];
  readonly names: readonly string[];
  readonly span: Span | undefined;
}

function namedInputs(tree: MapTree, scope: Scope, op: Op, piped: PortValue | undefined): FlatInputs {
  const input = child(tree, 'in');
  if (input?.kind === 'map') {
    const ports = [...input.entries.keys()].map((name) => ({ name }));
    const given = assignInputs(input, undefined, ports, scope, op.name, tree.span);
    return { values: ports.map((p) => tensorOf(given.get(p.name), p.name, op)), names: ports.map((p) => p.name), span: input.span };
  }
  const given = assignInputs(input, piped, [{ name: 'x' }], scope, op.name, tree.span);
  return { values: [tensorOf(given.get('x'), 'x', op)], names: ['x'], span: input?.span };
}

function flatInputs(ports: readonly Port[], given: ReadonlyMap<string, Given>, op: Op): FlatInputs {
  const values = ports.flatMap((port): readonly (TensorValue | undefined)[] => {
    const entry = given.get(port.name);
    const items = port.list && entry?.value.kind === 'tensors' ? entry.value.items : [tensorOf(entry, port.name, op)];
    items.forEach((item) => checkDType(item, port, op, entry?.span));
    return items;
  });
  return { values, names: [], span: given.values().next().value?.span };
}

function tensorOf(given: Given | undefined, port: string, op: Op): TensorValue | undefined {
  return given && oneTensor(given.value, `"${port}" of ${op.name}`, given.span);
}

function checkDType(value: TensorValue | undefined, port: Port, op: Op, span: Span | undefined): void {
  const wanted = port.dtype ?? 'float32';
  if (!value || wanted === 'any' || value.dtype === wanted) return;
  throw failure('infer/dtype', `"${port.name}" of ${op.name}: expected ${wanted}, received ${value.dtype}`, span, `{ op: cast, dtype: ${wanted} } converts`);
}

function listwise(op: Op, attrs: Record<string, unknown>, ports: readonly Port[], given: ReadonlyMap<string, Given>, path: string, scope: Scope): Ports {
  const items = ports.map((p) => {
    const value = given.get(p.name)?.value;
    return value === undefined ? [] : value.kind === 'tensor' ? [value] : value.items;
  });
  let result: readonly TensorValue[];
  try {
    result = op.traits?.listwise?.(attrs, items) as readonly TensorValue[];
  } catch (error) {
    throw failure('normalize/list', `${op.name}: ${(error as Error).message}`, given.values().next().value?.span);
  }
  const single = op.traits?.unwraps === true && result.length === 1;
  return scope.session.builder.record(path, new Map([['out', single ? result[0] : { kind: 'tensors', items: result }]]));
}

function emit(inputs: FlatInputs, op: Op, attrs: Record<string, unknown>, tree: MapTree, name: string, scope: Scope): Ports {
  const path = joinPath(scope.path, name);
  const shapes = inputs.values.map((v) => v?.shape as Shape);
  const outputs = describeOutputs(op, attrs, shapes, inputs, path, tree);
  const base = weightBase(tree, name, scope);
  const { builder } = scope.session;
  const before = builder.weights.size;
  const weights = addWeights(op, attrs, shapes, base, tree.span, scope);
  refuseNewWeights(tree, before, scope);
  builder.bases.set(path, base);
  const node: IrNode = Object.freeze({
    path, op: opKey(op), attrs: Object.freeze(attrs), inputs: inputs.values.map((v) => v?.id), names: inputs.names, weights, outputs,
    ...(scope.call ? { call: scope.call } : {}), ...(scope.remat === undefined ? {} : { remat: scope.remat }), spans: [tree.span, ...scope.calls],
  });
  if (op.traits?.higherOrder) requireDependence(node, scope, tree);
  if (op.traits?.higherOrder && scope.remat !== undefined) throw failure('normalize/remat', `"${path}" takes a gradient inside the recomputation block "${scope.remat}"`, tree.span, 'put "remat: true" on the network, and the gradient outside of it');
  builder.addNode(node, tree.span);
  return builder.record(path, new Map(outputs.map((o) => [o.port, { kind: 'tensor', id: o.id, shape: o.shape, dtype: o.dtype }])));
}

function describeOutputs(op: Op, attrs: Record<string, unknown>, shapes: readonly Shape[], inputs: FlatInputs, path: string, tree: MapTree): IrNode['outputs'] {
  const known = inputs.values.filter((v) => v !== undefined);
  const dtypes: readonly DType[] = op.dtypes?.(attrs, inputs.values.map((v) => v?.dtype as DType)) ?? [known[0]?.dtype ?? 'float32'];
  let out: readonly Shape[];
  try {
    out = op.shape(attrs, shapes, inputs.names);
  } catch (error) {
    if (error instanceof ExpressionError) throw failure('expression/invalid', `node "${path}": ${error.message}`, textAttribute(tree, op)?.span ?? tree.span, error.hint);
    if (!(error instanceof ShapeError)) throw error;
    const received = known.length > 0 ? `its inputs: ${known.map((v) => `${shownId(v.id)} is ${shapeText(v.shape)}`).join(', ')}` : undefined;
    throw failure('infer/shape', `node "${path}": ${op.name} expected ${error.expected}, received ${error.received}`, inputs.span ?? tree.span, received);
  }
  const ports = outputsOf(op, attrs);
  return ports.map((port, i) => ({ id: outputId(path, port), port, shape: out[i], dtype: dtypes[i] ?? dtypes[0] }));
}

/** The attribute that an op reads as an expression of its own. */
function textAttribute(tree: MapTree, op: Op): Tree | undefined {
  const key = Object.keys(op.attrs as object).find((name) => (op.attrs as Record<string, AttributeSchema>)[name].type === 'string');
  return key === undefined ? undefined : child(tree, key);
}

/** `input:x` -> `x`, `stem.conv:out` -> `stem.conv`, `parts:gamma` -> `parts.gamma`. */
const shownId = (id: string): string => id.replace(/^(?:input|weight):/, '').replace(/:out$/, '').replace(':', '.');

/** In a step, what is differentiated must be computed from what it is differentiated by; a loss on its own cannot tell. */
function requireDependence(node: IrNode, scope: Scope, tree: MapTree): void {
  const [of, to] = node.inputs;
  if (!scope.session.callModel || of === undefined || to === undefined) return;
  if (reach({ nodes: scope.session.builder.nodes }, [of]).has(to)) return;
  throw failure('normalize/gradient', `node "${node.path}": "of" is not computed from "to", so there is no gradient`, child(tree, 'in')?.span ?? tree.span, 'give the very tensor that the model was called with');
}

function addWeights(op: Op, attrs: Record<string, unknown>, shapes: readonly Shape[], base: string, span: Span, scope: Scope): Readonly<Record<string, string>> {
  const specs = op.weights?.(attrs, shapes) ?? {};
  const ids: Record<string, string> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const id = joinWeight(base, name);
    scope.session.builder.addWeight({
      id, shape: spec.shape, init: spec.init, trainable: spec.statistic === undefined && spec.trainable !== false,
      ...(spec.statistic ? { momentum: spec.statistic.momentum } : {}), ...(spec.fanIn === undefined ? {} : { fanIn: spec.fanIn }),
    }, span);
    ids[name] = id;
  }
  return ids;
}
