import { hashData } from '../../ir/hash.ts';
import type { Registry } from '../../registry/registry.ts';
import { describe, type Count, type NodeDescription } from './describe.ts';
import type { Subject } from './subject.ts';

export interface NodeChange {
  readonly path: string;
  /** Undefined: only in the other. */
  readonly left?: string;
  readonly right?: string;
}

export interface SettingChange {
  /** JSON Pointer into the resolved experiment: `/train/steps`. */
  readonly pointer: string;
  readonly left?: unknown;
  readonly right?: unknown;
}

/** What two graphs or experiments differ in; names and order of writing count for nothing. */
export interface Difference {
  readonly left: string;
  readonly right: string;
  readonly equal: boolean;
  readonly nodes: readonly NodeChange[];
  readonly inputs: readonly NodeChange[];
  readonly weights: readonly NodeChange[];
  /** Phases, data, training, evaluation of experiments. */
  readonly settings: readonly SettingChange[];
  readonly totals: readonly { readonly what: string; readonly left: Count; readonly right: Count }[];
}

export function difference(left: Subject, right: Subject, registry: Registry): Difference {
  const [a, b] = [describe(left, registry), describe(right, registry)];
  const nodes = changes(table(a.nodes, (n) => n.path, nodeText), table(b.nodes, (n) => n.path, nodeText));
  const inputs = changes(table(a.inputs, (i) => i.name, (i) => `${i.field ?? 'input'} ${i.shape}`), table(b.inputs, (i) => i.name, (i) => `${i.field ?? 'input'} ${i.shape}`));
  const weights = changes(weightTable(left), weightTable(right));
  const settings = settingChanges('', settingsOf(left), settingsOf(right));
  const totals = (['parameters', 'buffers', 'macs', 'kept'] as const).map((what) => ({ what: what === 'macs' ? 'MACs' : what === 'kept' ? 'bytes of activations' : what, left: a.total[what], right: b.total[what] }));
  const outputs = changes(new Map(Object.entries(a.outputs).map(([k, v]) => [k, v.join(' ')])), new Map(Object.entries(b.outputs).map(([k, v]) => [k, v.join(' ')])));
  const all = [...nodes, ...outputs.map((o) => ({ ...o, path: `${left.kind === 'experiment' ? 'term' : 'output'} ${o.path}` }))];
  return { left: a.name, right: b.name, equal: all.length + inputs.length + weights.length + settings.length === 0, nodes: all, inputs, weights, settings, totals: totals.filter((t) => t.left !== t.right || t.what === 'parameters' || t.what === 'MACs') };
}

function nodeText(n: NodeDescription): string {
  const attrs = Object.entries(n.attrs).map(([k, v]) => `${k}: ${JSON.stringify(v)}`).join(', ');
  return `${n.op.replace(/@1$/, '')}${attrs ? ` { ${attrs} }` : ''} (${n.inputs.join(', ')}) -> ${n.shapes.join(' ')}`;
}

function weightTable(subject: Subject): Map<string, string> {
  return new Map(subject.graph.weights.map((w) => [w.id, `${JSON.stringify(w.shape.map((d) => (typeof d === 'number' ? d : d.key)))} ${JSON.stringify(w.init)}${w.trainable ? '' : ' fixed'}`]));
}

function table<T>(items: readonly T[], key: (item: T) => string, text: (item: T) => string): Map<string, string> {
  return new Map(items.map((item) => [key(item), text(item)]));
}

function changes(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): NodeChange[] {
  const paths = [...left.keys(), ...[...right.keys()].filter((k) => !left.has(k))];
  return paths.filter((p) => left.get(p) !== right.get(p)).map((path) => ({ path, ...(left.has(path) ? { left: left.get(path) } : {}), ...(right.has(path) ? { right: right.get(path) } : {}) }));
}

function settingsOf({ experiment }: Subject): unknown {
  if (!experiment) return {};
  const { models, data, order, phases, evaluate, train, precision, components } = experiment;
  const plain = JSON.parse(JSON.stringify({ models, data, order, phases, evaluate, train, precision, components }, (key, v: unknown) => (key === 'span' || key === 'value' || key === 'reuse' ? undefined : v))) as { phases: Record<string, { terms: { path: string }[] | Record<string, unknown> }> };
  // Terms by their paths, so that a term in between does not move the others.
  for (const phase of Object.values(plain.phases)) phase.terms = Object.fromEntries((phase.terms as { path: string }[]).map(({ path, ...rest }) => [path, rest]));
  return plain;
}

function settingChanges(pointer: string, left: unknown, right: unknown): SettingChange[] {
  if (hashData(left ?? null) === hashData(right ?? null)) return [];
  if (!isRecord(left) || !isRecord(right)) return [{ pointer, ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) }];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => settingChanges(`${pointer}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`, left[key], right[key]));
}

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
