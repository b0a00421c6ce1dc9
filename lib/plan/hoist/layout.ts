import type { Experiment } from '../../ir/experiment.ts';
import { isFrozenWeight } from '../../ir/frozen.ts';
import type { IrNode, ValueId } from '../../ir/ir.ts';
import { parseFieldAddress } from '../../registry/field-address.ts';
import { opKey, type Op, type RowRange, type Rows } from '../../registry/op.ts';
import type { Registry } from '../../registry/registry.ts';
import { isConcrete } from '../../shape/dim.ts';
import { compareShapes, type Shape } from '../../shape/shape.ts';
import { Expressions, type Expression } from './expression.ts';

/** `batch` rows of a value that belong to one side of the pairs: row i to sample i. */
export interface Segment {
  readonly expression: Expression;
  /** Undefined: equal for all samples. */
  readonly side?: Side;
}

export type Side = 'source' | 'target';

/** A steady value as one whole that no sample enters, as rows of samples, or as either. */
export interface Layout {
  readonly whole?: Expression;
  readonly rows?: readonly Segment[];
}

export interface Layouts {
  readonly values: ReadonlyMap<ValueId, Layout>;
  /** Nodes whose inputs have layouts and whose outputs have none, by path: why. */
  readonly blocked: ReadonlyMap<string, string>;
}

/**
 * What each value of a step is for one sample, where it depends on one side of the pairs and on frozen weights alone and no op on the way
 * mixes the rows of the batch. Both directions of a swap stacked on the batch axis are two segments.
 */
export function layoutsOf({ step, models, data }: Pick<Experiment, 'step' | 'models' | 'data'>, registry: Registry): Layouts {
  const make = new Expressions();
  const values = new Map<ValueId, Layout>();
  const blocked = new Map<string, string>();
  for (const w of step.weights) if (isFrozenWeight(w.id, models)) values.set(`weight:${w.id}`, { whole: make.weight(`weight:${w.id}`, w) });
  for (const input of step.inputs) {
    const from = data.inputs[input.name];
    if (from === undefined || input.shape[0] !== data.batch) continue;
    const { side, field } = parseFieldAddress(from);
    if (side !== 'pair') values.set(input.id, { rows: [{ expression: make.field(field, [1, ...input.shape.slice(1)], input.dtype), side }] });
  }
  const shapes = new Map<ValueId, Shape>([...step.inputs.map((i) => [i.id, i.shape] as const), ...step.weights.map((w) => [`weight:${w.id}`, w.shape] as const)]);
  for (const node of step.nodes) {
    node.outputs.forEach((o) => shapes.set(o.id, o.shape));
    const inputs = node.inputs.map((id) => (id === undefined ? undefined : values.get(id)));
    if (node.inputs.some((id, i) => id !== undefined && inputs[i] === undefined) || !Object.values(node.weights).every((id) => isFrozenWeight(id, models))) continue;
    const found = layoutOf({ node, op: registry.ops.get(node.op) as Op, inputs, shapes: node.inputs.map((id) => (id === undefined ? undefined : shapes.get(id))), batch: data.batch, stored: isStored(node, models) }, make);
    if (typeof found === 'string') blocked.set(node.path, found);
    else node.outputs.forEach((o, i) => values.set(o.id, found[i]));
  }
  return { values, blocked };
}

interface At {
  readonly node: IrNode;
  readonly op: Op;
  readonly inputs: readonly (Layout | undefined)[];
  readonly shapes: readonly (Shape | undefined)[];
  readonly batch: number;
  /** In a frozen model, or a frozen part of one: nothing is drawn and stored statistics normalise. */
  readonly stored: boolean;
}

function layoutOf(at: At, make: Expressions): Layout[] | string {
  const { node, op, inputs, stored } = at;
  if (op.traits?.higherOrder) return 'takes a gradient';
  if (op.traits?.random && !(op.traits.identityWhenStored && stored)) return `${op.name} draws random numbers`;
  const wholes = inputs.every((l) => l === undefined || l.whole) ? make.apply(node, node.attrs, inputs.map((l) => l?.whole), node.outputs.map((o) => o.shape)) : undefined;
  const rows = rowsOf(at, make);
  if (typeof rows === 'string' && !wholes) return rows;
  return node.outputs.map((_, i) => ({ ...(wholes ? { whole: wholes[i] } : {}), ...(typeof rows === 'string' ? {} : { rows: rows[i] }) }));
}

function rowsOf(at: At, make: Expressions): (readonly Segment[])[] | string {
  const { op, node, shapes } = at;
  const rule = op.traits?.rows;
  const rows = typeof rule === 'function' ? rule(node.attrs, shapes) : rule;
  if (rows === undefined) return `${opKey(op).replace(/@1$/, '')} may mix the samples of a batch`;
  if (typeof rows === 'object' && 'copied' in rows) return copied(at, rows.copied);
  return eachRow(at, rows, make);
}

function copied({ inputs, shapes, batch, node }: At, outputs: readonly (readonly RowRange[])[]): (readonly Segment[])[] | string {
  const segments = outputs.map((ranges): readonly Segment[] | undefined => {
    const first = ranges[0] && inputs[ranges[0].input];
    const total = ranges.reduce((sum, r) => sum + r.count, 0);
    // One row that all samples get.
    if (first?.whole && !first.rows && shapes[ranges[0].input]?.[0] === 1 && ranges.every((r) => inputs[r.input] === first) && total % batch === 0) {
      return Array.from({ length: total / batch }, () => ({ expression: first.whole as Expression }));
    }
    const parts = ranges.map(({ input, from, count }) => (from % batch === 0 && count % batch === 0 ? inputs[input]?.rows?.slice(from / batch, (from + count) / batch) : undefined));
    return parts.every((p) => p !== undefined) ? parts.flat() : undefined;
  });
  return segments.every((s) => s !== undefined) ? segments : `${node.op.replace(/@1$/, '')} takes parts of batches`;
}

function eachRow(at: At, rule: Exclude<Rows, { readonly copied: unknown }>, make: Expressions): (readonly Segment[])[] | string {
  const { inputs, node, batch } = at;
  const counts = new Set(inputs.flatMap((l) => (l?.rows ? [l.rows.length] : [])));
  if (counts.size !== 1) return 'has no rows of samples';
  const [count] = counts;
  if (node.outputs.some((o) => o.shape[0] !== count * batch)) return 'gives no row per sample';
  const attrs = rule === 'each' ? node.attrs : rule.attrs;
  const out = node.outputs.map((): Segment[] => []);
  for (let k = 0; k < count; k++) {
    const sides = new Set(inputs.flatMap((l) => l?.rows?.[k].side ?? []));
    if (sides.size > 1) return 'depends on both samples of a pair';
    const own = inputs.map((l) => l?.rows?.[k].expression ?? l?.whole);
    const shapes = oneRow(at, attrs, own);
    if (!shapes) return 'has a size that depends on the batch';
    const [side] = sides;
    make.apply(node, attrs, own, shapes).forEach((expression, i) => out[i].push({ expression, ...(side === undefined ? {} : { side }) }));
  }
  return out;
}

/** The shapes of the outputs for one sample; undefined where they are not those of one row. */
function oneRow({ op, node, shapes }: At, attrs: Readonly<Record<string, unknown>>, inputs: readonly (Expression | undefined)[]): readonly Shape[] | undefined {
  const own = inputs.map((e) => e?.shape) as Shape[];
  try {
    const found = op.shape(attrs, own, node.names);
    const expected = node.outputs.map((o): Shape => [1, ...o.shape.slice(1)]);
    const weights = (s: readonly Shape[], a: typeof attrs): string => JSON.stringify(Object.entries(op.weights?.(a, s) ?? {}).map(([name, w]) => [name, w.shape]));
    const same = found.length === expected.length && found.every((s, i) => s.every(isConcrete) && compareShapes(s, expected[i]) === 'equal');
    return same && weights(own, attrs) === weights(shapes as Shape[], node.attrs) ? expected : undefined;
  } catch (error) {
    if ((error as Error).name === 'ShapeError') return undefined;
    throw error;
  }
}

function isStored(node: IrNode, models: Experiment['models']): boolean {
  const frozen = node.call && models[node.call.model]?.frozen;
  if (typeof frozen !== 'object') return frozen === true;
  return Object.keys(node.weights).length > 0;
}
