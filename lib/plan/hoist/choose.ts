import type { IrGraph, IrNode, ValueId } from '../../ir/ir.ts';
import { reach } from '../../ir/prune.ts';
import type { Op } from '../../registry/op.ts';
import type { Registry } from '../../registry/registry.ts';
import { isConcrete } from '../../shape/dim.ts';
import { sizeOf } from '../../shape/shape.ts';
import { measureGraph } from '../measure.ts';
import type { Expression } from './expression.ts';
import type { Layouts, Segment } from './layout.ts';

/** What reading a kept value costs, in multiply-accumulates that take as long. */
export interface ReadCost {
  readonly entry: number;
  readonly byte: number;
}

export interface ChoiceOptions {
  readonly batch: number;
  /** Bytes per sample that may be kept. */
  readonly room: number;
  readonly readCost: ReadCost;
}

/** A value that is worth keeping, with what it is for each sample. */
export interface Chosen {
  readonly value: ValueId;
  readonly segments: readonly Segment[];
}

export interface Choice {
  readonly chosen: readonly Chosen[];
  readonly macs: number;
  /** Multiply-accumulates of a step that are left. */
  readonly left: number;
  /** Bytes per sample. */
  readonly bytes: number;
  /** Values that were given up: because they would not fit, or because reading them costs as much as computing them. */
  readonly given: readonly { readonly value: ValueId; readonly why: 'room' | 'cost'; readonly bytes: number; readonly macs: number }[];
}

/** Chooses which values to keep: of those that other nodes read, all that save more than reading them costs, as far as they fit. */
export function chooseValues(graph: IrGraph, layouts: Layouts, registry: Registry, options: ChoiceOptions): Choice {
  const cost = new StepCost(graph, registry);
  const given: Choice['given'][number][] = [];
  let kept = frontier(graph, layouts, registry);
  const macs = cost.macs([]);
  for (;;) {
    const all = cost.macs(kept);
    const judged = kept.map((value) => judge(value, cost.macs(kept.filter((v) => v !== value)) - all, layouts, options));
    const fits = bytesOf(kept, layouts) <= options.room;
    const worst = judged.filter((j) => !fits || j.gain <= 0).sort((a, b) => (fits ? a.gain - b.gain : a.perByte - b.perByte))[0];
    if (!worst) return { chosen: kept.map((value) => ({ value, segments: segmentsOf(value, layouts) })), macs, left: all, bytes: bytesOf(kept, layouts), given };
    kept = kept.filter((v) => v !== worst.value);
    if (worst.saved > 0) given.push({ value: worst.value, why: worst.gain <= 0 ? 'cost' : 'room', bytes: worst.bytes, macs: worst.saved });
  }
}

interface Judged {
  readonly value: ValueId;
  readonly saved: number;
  readonly gain: number;
  readonly perByte: number;
  readonly bytes: number;
}

function judge(value: ValueId, saved: number, layouts: Layouts, { batch, readCost }: ChoiceOptions): Judged {
  const segments = segmentsOf(value, layouts);
  const reading = segments.reduce((sum, s) => sum + batch * (readCost.entry + readCost.byte * expressionBytes(s.expression)), 0);
  const bytes = bytesOf([value], layouts);
  return { value, saved, gain: saved - reading, perByte: saved / bytes, bytes };
}

/** The values of samples that nodes of other kinds read, or outputs are; further up where that takes no more room. */
function frontier(graph: IrGraph, layouts: Layouts, registry: Registry): ValueId[] {
  const inputs = new Set(graph.inputs.map((i) => i.id));
  const fixed = betweenGradients(graph, registry);
  const can = (id: ValueId | undefined): id is ValueId => id !== undefined && !inputs.has(id) && !fixed.has(id) && isKeepable(id, layouts);
  const makers = new Map(graph.nodes.flatMap((n) => n.outputs.map((o) => [o.id, n] as const)));
  const outside = graph.nodes.filter((n) => n.outputs.some((o) => !can(o.id)));
  const read = new Set([...Object.values(graph.outputs).flat(), ...outside.flatMap((n) => n.inputs)].filter(can));
  const found = new Set<ValueId>();
  const visit = (id: ValueId): void => {
    const above = pulledBack(makers.get(id) as IrNode, id, { layouts, registry, inputs, can });
    if (above) above.forEach(visit);
    else found.add(id);
  };
  read.forEach(visit);
  return [...found];
}

interface Around {
  readonly layouts: Layouts;
  readonly registry: Registry;
  readonly inputs: ReadonlySet<ValueId>;
  readonly can: (id: ValueId | undefined) => id is ValueId;
}

/** What to keep in place of a value whose node costs nothing: its inputs, where they take less room, or no more because rows are only moved. */
function pulledBack(node: IrNode, id: ValueId, { layouts, registry, inputs, can }: Around): readonly ValueId[] | undefined {
  const op = registry.ops.get(node.op) as Op;
  if (op.macs) return undefined;
  const above = node.inputs.filter((i): i is ValueId => i !== undefined && layouts.values.get(i)?.whole === undefined);
  if (!above.every((i) => inputs.has(i) || can(i))) return undefined;
  const needed = above.filter((i) => !inputs.has(i));
  const own = new Set(segmentsOf(id, layouts).map((s) => s.expression));
  const moved = needed.every((i) => segmentsOf(i, layouts).every((s) => own.has(s.expression)));
  return moved || bytesOf(needed, layouts) < bytesOf([id], layouts) ? needed : undefined;
}

function isKeepable(id: ValueId, layouts: Layouts): boolean {
  const rows = layouts.values.get(id)?.rows;
  return rows !== undefined && rows.some((s) => s.side !== undefined) && rows.every((s) => s.expression.dtype === 'float32');
}

/** Values between the two ends of a gradient node: the gradient passes through them, so they are computed. */
function betweenGradients(graph: IrGraph, registry: Registry): ReadonlySet<ValueId> {
  const out = new Set<ValueId>();
  for (const node of graph.nodes) {
    if (!registry.ops.get(node.op)?.traits?.higherOrder) continue;
    const [of, to] = node.inputs as readonly ValueId[];
    const before = reach(graph, [of]);
    const after = new Set<ValueId>([to]);
    for (const n of graph.nodes) if (n.inputs.some((i) => i !== undefined && after.has(i))) n.outputs.forEach((o) => after.add(o.id));
    after.forEach((id) => id !== to && before.has(id) && out.add(id));
  }
  return out;
}

/** Multiply-accumulates of a step when some values are given. */
class StepCost {
  readonly #graph: IrGraph;
  readonly #macs: readonly number[];

  constructor(graph: IrGraph, registry: Registry) {
    this.#graph = graph;
    this.#macs = measureGraph(graph, registry).nodes.map((n) => (isConcrete(n.macs) ? n.macs : 0));
  }

  macs(given: readonly ValueId[]): number {
    const known = new Set(given);
    const needed = new Set<ValueId>(Object.values(this.#graph.outputs).flat());
    let sum = 0;
    for (let i = this.#graph.nodes.length - 1; i >= 0; i--) {
      const node = this.#graph.nodes[i];
      if (node.outputs.every((o) => !needed.has(o.id) || known.has(o.id))) continue;
      sum += this.#macs[i];
      for (const id of node.inputs) if (id !== undefined) needed.add(id);
    }
    return sum;
  }
}

const segmentsOf = (id: ValueId, layouts: Layouts): readonly Segment[] => layouts.values.get(id)?.rows ?? [];

/** Bytes of one sample's value. */
export function expressionBytes({ shape }: Expression): number {
  return 4 * (sizeOf(shape) as number);
}

/** Bytes per sample of some values; what several are made of counts once. */
function bytesOf(values: readonly ValueId[], layouts: Layouts): number {
  const expressions = new Set(values.flatMap((id) => segmentsOf(id, layouts).map((s) => s.expression)));
  return [...expressions].reduce((sum, e) => sum + expressionBytes(e), 0);
}
