import { failure } from '../../diagnostics/failure.ts';
import { stream } from '../../random/stream.ts';
import type { Tree } from '../../source/tree.ts';
import { gridLevels, levelAt, MAX_POINTS, type Axis, type Level } from './axis.ts';
import { readCondition, type Condition } from './condition.ts';
import { MAX_SOBOL_AXES, sobol } from './sobol.ts';

export type Point = ReadonlyMap<string, Level>;

export interface Search {
  readonly type: 'grid' | 'random' | 'sobol';
  readonly runs?: number;
  readonly seed: number;
}

// An excluded point is replaced by the next one; a space that excludes nearly everything is refused.
const TRIES_PER_RUN = 200;

/**
 * The points of a space. `grid` is every combination; `random` draws each axis from a stream of its own, so that a further axis moves
 * no other; `sobol` is a Sobol sequence under a digital shift drawn from the seed, which fills the space more evenly.
 */
export function pointsOf(axes: readonly Axis[], search: Search, excluded: readonly Tree[], at: Tree): Point[] {
  const conditions = new Map(axes.flatMap((a) => (a.when ? [[a.name, readCondition(a.when, axes)] as const] : [])));
  const refused = excluded.map((tree) => readCondition(tree, axes));
  const settle = (full: Point): Point | undefined => {
    const point = active(full, axes, conditions);
    return refused.some((c) => c.holds(point)) ? undefined : point;
  };
  if (search.type === 'grid') return distinct(product(axes, at).flatMap((full) => settle(full) ?? []));
  const { runs } = search;
  if (runs === undefined) throw failure('study/search', `"search" of type ${search.type} needs "runs"`, at.span, 'runs: 32');
  const out: Point[] = [];
  let tries = 0;
  for (const full of search.type === 'random' ? randomPoints(axes, search.seed) : sobolPoints(axes, search.seed, at)) {
    const point = settle(full);
    if (point) out.push(point);
    if (out.length === runs) break;
    if (++tries >= runs * TRIES_PER_RUN) throw failure('study/search', `"exclude" leaves too little of the space: ${out.length} points in ${tries} tries`, at.span);
  }
  return out;
}

/** The axes whose condition holds; a condition sees the axes that take part. */
function active(full: Point, axes: readonly Axis[], conditions: ReadonlyMap<string, Condition>): Point {
  const settled = new Map([...full].filter(([name]) => !conditions.has(name)));
  for (const { name } of axes) {
    const level = full.get(name);
    if (level && conditions.get(name)?.holds(settled)) settled.set(name, level);
  }
  // In the order of the file, whatever order conditions were settled in.
  return new Map(axes.flatMap(({ name }) => (settled.has(name) ? [[name, settled.get(name) as Level] as const] : [])));
}

function product(axes: readonly Axis[], at: Tree): Point[] {
  const columns = axes.map((axis) => ({ name: axis.name, levels: gridLevels(axis) }));
  const count = columns.reduce((all, { levels }) => all * levels.length, 1);
  if (count > MAX_POINTS) throw failure('study/space', `the grid has ${count} points; a sweep has at most ${MAX_POINTS}`, at.span, 'fewer points, or search: { type: sobol, runs: 64 }');
  return columns.reduce<Point[]>((points, { name, levels }) => points.flatMap((p) => levels.map((level) => new Map([...p, [name, level]]))), [new Map()]);
}

function* randomPoints(axes: readonly Axis[], seed: number): Generator<Point> {
  const streams = axes.map((axis) => stream(seed, 'sweep', axis.name));
  for (;;) yield new Map(axes.map((axis, i) => [axis.name, levelAt(axis, streams[i].uniform())]));
}

function* sobolPoints(axes: readonly Axis[], seed: number, at: Tree): Generator<Point> {
  if (axes.length > MAX_SOBOL_AXES) throw failure('study/search', `a sobol search has at most ${MAX_SOBOL_AXES} axes, this space has ${axes.length}`, at.span, 'type: random');
  const shift = axes.map((axis) => stream(seed, 'sweep', 'sobol', axis.name).integer(2 ** 32));
  for (const u of sobol(axes.length, shift)) yield new Map(axes.map((axis, i) => [axis.name, levelAt(axis, u[i])]));
}

/** Conditions can make two combinations one. */
function distinct(points: readonly Point[]): Point[] {
  const key = (p: Point): string => JSON.stringify([...p].map(([name, l]) => [name, l.label]));
  return [...new Map(points.map((p) => [key(p), p])).values()];
}
