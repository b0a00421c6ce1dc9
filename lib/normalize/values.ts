import type { ValueId } from '../ir/ir.ts';
import type { Value } from '../expression/evaluate.ts';
import type { DType, Shape } from '../shape/shape.ts';
import type { MapTree } from '../source/tree.ts';

/** A tensor of the graph being built, known by its id, shape and dtype. */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly id: ValueId;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A list of tensors: lists exist while a graph is normalised and are gone from the IR. */
export interface ListValue {
  readonly kind: 'tensors';
  readonly items: readonly TensorValue[];
}

export type PortValue = TensorValue | ListValue;

/** What a node gives: its output ports. */
export type Ports = ReadonlyMap<string, PortValue>;

/** A graph as a value of a param of type `graph`, with the local graphs it can see. */
export interface GraphValue {
  readonly kind: 'graph';
  readonly name: string;
  readonly tree: MapTree;
  readonly locals: LocalGraphs;
}

/** Local graphs by name, inner ones hiding outer ones. */
export type LocalGraphs = ReadonlyMap<string, GraphValue>;

/** What a `$name` can stand for. */
export type NamedValue = Value | GraphValue;

export function isGraphValue(v: unknown): v is GraphValue {
  return typeof v === 'object' && v !== null && (v as GraphValue).kind === 'graph' && 'tree' in v;
}

export function isTensors(v: unknown): v is PortValue {
  const kind = typeof v === 'object' && v !== null ? (v as PortValue).kind : undefined;
  return kind === 'tensor' || kind === 'tensors';
}

/** The port a bare reference means: `out`, or the only one. */
export function mainPort(ports: Ports): PortValue | undefined {
  return ports.get('out') ?? (ports.size === 1 ? [...ports.values()][0] : undefined);
}
