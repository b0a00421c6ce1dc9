import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { child, fromData, keysOf, kindText, toData, type Data, type MapTree, type Tree } from '../../source/tree.ts';

/** What an axis of a sweep's space may take. */
export type Domain =
  | { readonly kind: 'uniform' | 'log-uniform' | 'int-uniform'; readonly low: number; readonly high: number }
  /** Levels by label; a `zip` has one tree for each of its pointers. */
  | { readonly kind: 'choice'; readonly levels: readonly { readonly label: string; readonly values: readonly Tree[] }[] };

export interface Axis {
  readonly name: string;
  readonly verb: 'set' | 'add';
  readonly pointers: readonly string[];
  readonly domain: Domain;
  /** Points of a continuous axis in a grid. */
  readonly points?: number;
  /** The axis takes part where this holds. */
  readonly when?: Tree;
  readonly tree: MapTree;
}

/** One value of an axis: as conditions and tables show it, and what is written where. */
export interface Level {
  readonly label: string;
  readonly value: number | string | boolean;
  readonly values: readonly Tree[];
}

const RANGES = ['uniform', 'log-uniform', 'int-uniform'] as const;
const KEYS = ['set', 'add', 'zip', 'choice', ...RANGES, 'points', 'when', 'doc'];
const EXAMPLE = '{ set: /params/lambda-tap, log-uniform: [0.05, 5] }';

/** The axes of `space`. @throws DiagnosticError */
export function readSpace(space: Tree | undefined, study: Tree): Axis[] {
  if (space?.kind !== 'map' || space.entries.size === 0) throw failure('study/space', `"space" maps axes to what they set and take, received ${space ? kindText(space) : 'nothing'}`, (space ?? study).span, `tap: ${EXAMPLE}`);
  return [...space.entries].map(([name, { value }]) => readAxis(name, value));
}

function readAxis(name: string, tree: Tree): Axis {
  if (tree.kind !== 'map') throw failure('study/space', `axis "${name}" is a mapping, received ${kindText(tree)}`, tree.span, EXAMPLE);
  const unknown = [...tree.entries].find(([key]) => !KEYS.includes(key));
  if (unknown) throw failure('study/space', `axis "${name}" has no "${unknown[0]}"`, unknown[1].key, suggestion(unknown[0], KEYS));
  const targets = ['set', 'add', 'zip'].filter((key) => tree.entries.has(key));
  if (targets.length !== 1) throw failure('study/space', `axis "${name}" needs one of set, add and zip`, tree.span, EXAMPLE);
  const when = child(tree, 'when');
  const points = child(tree, 'points');
  const common = { name, tree, ...(when ? { when } : {}), ...(points ? { points: wholeFrom(points, 2) } : {}) };
  if (targets[0] === 'zip') return { ...common, verb: 'set', ...zipOf(name, child(tree, 'zip') as Tree) };
  const pointer = String(toData(child(tree, targets[0]) as Tree));
  if (!pointer.startsWith('/')) throw failure('study/space', `axis "${name}": "${pointer}" is no pointer`, child(tree, targets[0])?.span, EXAMPLE);
  return { ...common, verb: targets[0] as 'set' | 'add', pointers: [pointer], domain: domainOf(name, tree) };
}

/** Several pointers that change together, row by row. */
function zipOf(name: string, zip: Tree): Pick<Axis, 'pointers' | 'domain'> {
  const pointers = keysOf(zip);
  const columns = pointers.map((p) => child(zip, p) as Tree);
  const wrong = columns.find((c) => c.kind !== 'list' || c.items.length === 0);
  if (zip.kind !== 'map' || columns.length === 0 || wrong) throw failure('study/space', `axis "${name}": "zip" maps pointers to lists`, (wrong ?? zip).span, '{ zip: { /a: [1, 2], /b: [3, 4] } }');
  const lists = columns.map((c) => (c.kind === 'list' ? c.items : []));
  if (lists.some((l) => l.length !== lists[0].length)) throw failure('study/space', `axis "${name}": the lists of "zip" go in step and need equal lengths: ${lists.map((l) => l.length).join(', ')}`, zip.span);
  const levels = lists[0].map((_, i) => ({ label: String(i), values: lists.map((l) => l[i]) }));
  return { pointers, domain: { kind: 'choice', levels } };
}

function domainOf(name: string, tree: MapTree): Domain {
  const given = ['choice', ...RANGES].filter((key) => tree.entries.has(key));
  if (given.length !== 1) throw failure('study/space', `axis "${name}" needs one of choice, ${RANGES.join(', ')}`, tree.span, EXAMPLE);
  const source = child(tree, given[0]) as Tree;
  return given[0] === 'choice' ? choiceOf(name, source) : rangeOf(name, given[0] as (typeof RANGES)[number], source);
}

/** A list, labelled by its values, or a mapping of labels to values. */
function choiceOf(name: string, source: Tree): Domain {
  const items = source.kind === 'map' ? [...source.entries].map(([label, e]) => ({ label, values: [e.value] })) : source.kind === 'list' ? source.items.map((item) => ({ label: labelOf(toData(item)), values: [item] })) : [];
  if (items.length === 0) throw failure('study/space', `axis "${name}": "choice" is a list, or a mapping of names to values, received ${kindText(source)}`, source.span);
  const twice = items.find((a, i) => items.findIndex((b) => b.label === a.label) !== i);
  if (twice) throw failure('study/space', `axis "${name}": two choices are called "${twice.label}"`, source.span, 'name them: { first: …, second: … }');
  return { kind: 'choice', levels: items };
}

const labelOf = (data: Data): string => (typeof data === 'object' ? JSON.stringify(data) : String(data).replace(/^.*\/([^/]+)\.ya?ml$/, '$1'));

function rangeOf(name: string, kind: (typeof RANGES)[number], source: Tree): Domain {
  const data = toData(source);
  const [low, high] = Array.isArray(data) ? (data as number[]) : [];
  const ordered = Array.isArray(data) && data.length === 2 && typeof low === 'number' && typeof high === 'number' && low < high;
  if (!ordered) throw failure('study/space', `axis "${name}": "${kind}" is [low, high] with low < high, received ${JSON.stringify(data)}`, source.span);
  if (kind === 'log-uniform' && low <= 0) throw failure('study/space', `axis "${name}": "log-uniform" starts above 0, received ${low}`, source.span);
  if (kind === 'int-uniform' && !(Number.isInteger(low) && Number.isInteger(high))) throw failure('study/space', `axis "${name}": "int-uniform" takes whole numbers`, source.span);
  return { kind, low, high };
}

function wholeFrom(tree: Tree, least: number): number {
  const value = toData(tree);
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
  throw failure('study/space', `expected a whole number from ${least}, received ${JSON.stringify(value)}`, tree.span);
}

/** The value at u in [0, 1). */
export function levelAt(axis: Axis, u: number): Level {
  const { domain } = axis;
  if (domain.kind === 'choice') return choiceLevel(axis, domain, Math.min(Math.floor(u * domain.levels.length), domain.levels.length - 1));
  const { low, high } = domain;
  if (domain.kind === 'int-uniform') return numberLevel(axis, Math.min(low + Math.floor(u * (high - low + 1)), high));
  return numberLevel(axis, domain.kind === 'uniform' ? low + u * (high - low) : low * (high / low) ** u);
}

/** Points of a sweep; more are a slip of the pen. */
export const MAX_POINTS = 10_000;

/** The levels of an axis in a grid; continuous ones need `points`, ends included. */
export function gridLevels(axis: Axis): Level[] {
  const { domain } = axis;
  if (domain.kind === 'choice') return domain.levels.map((_, i) => choiceLevel(axis, domain, i));
  const { low, high } = domain;
  const count = axis.points ?? (domain.kind === 'int-uniform' ? high - low + 1 : 0);
  if (count > MAX_POINTS) throw failure('study/space', `axis "${axis.name}" would have ${count} points; a sweep has at most ${MAX_POINTS}`, axis.tree.span, 'fewer points, or search: { type: sobol, runs: 64 }');
  if (domain.kind === 'int-uniform' && axis.points === undefined) return Array.from({ length: high - low + 1 }, (_, i) => numberLevel(axis, low + i));
  const { points } = axis;
  if (points === undefined) throw failure('study/space', `axis "${axis.name}": a grid needs "points" for "${domain.kind}"`, axis.tree.span, 'points: 5, or a choice');
  const at = (share: number): number => (domain.kind === 'log-uniform' ? low * (high / low) ** share : low + share * (high - low));
  const values = Array.from({ length: points }, (_, i) => at(i / (points - 1)));
  return [...new Set(domain.kind === 'int-uniform' ? values.map(Math.round) : values)].map((v) => numberLevel(axis, v));
}

function choiceLevel(_axis: Axis, domain: Extract<Domain, { kind: 'choice' }>, i: number): Level {
  const { label, values } = domain.levels[i];
  const data = values.length === 1 ? toData(values[0]) : label;
  return { label, value: typeof data === 'object' || String(data) !== label ? label : data, values };
}

/** Numbers are kept to six digits: they are read by people, and a run must be repeatable from its report. */
function numberLevel(axis: Axis, x: number): Level {
  const value = Number(x.toPrecision(6));
  return { label: String(value), value, values: [fromData(value, axis.tree.span)] };
}
