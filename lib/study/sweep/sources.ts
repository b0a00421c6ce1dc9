import type { Scope } from '../../normalize/scope.ts';
import { child, type MapTree, type Tree } from '../../source/tree.ts';
import type { VariantSource } from '../generate.ts';
import { readSpace, type Axis } from './axis.ts';
import { excludedOf, readSearch } from './document.ts';
import { pointsOf, type Point } from './points.ts';

/** The points of a sweep as variants: `p-01`, `p-02`, …; an axis is a factor, its value the level. */
export function sweepSources(study: MapTree, scope: Scope): VariantSource[] {
  const axes = readSpace(child(study, 'space'), study);
  const points = pointsOf(axes, readSearch(study, scope), excludedOf(study), child(study, 'search') as Tree);
  const digits = Math.max(2, String(points.length).length);
  return points.map((point, i) => ({
    name: `p-${String(i + 1).padStart(digits, '0')}`, patches: [patchOf(point, axes)],
    factors: Object.fromEntries([...point].map(([name, level]) => [name, level.label])), at: child(study, 'space') as Tree,
  }));
}

/** One patch per point; values keep the places they were written at, so paths in them are relative to the sweep's file. */
function patchOf(point: Point, axes: readonly Axis[]): Tree {
  const of = (verb: Axis['verb']): MapTree['entries'] => new Map(axes.filter((a) => a.verb === verb).flatMap((axis) => {
    const level = point.get(axis.name);
    return level ? axis.pointers.map((pointer, i) => [pointer, { key: axis.tree.span, value: level.values[i] }] as const) : [];
  }));
  const { span } = axes[0].tree;
  const entries = (['add', 'set'] as const).map((verb) => [verb, { key: span, value: { kind: 'map' as const, span, entries: of(verb) } }] as const);
  return { kind: 'map', span, entries: new Map(entries.filter(([, e]) => e.value.entries.size > 0)) };
}
