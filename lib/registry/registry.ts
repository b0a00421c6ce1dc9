import type { AnyDataset } from './dataset.ts';
import type { MetricDefinition } from './metric.ts';
import { opKey, type Op } from './op.ts';
import type { Optimizer } from './optimizer.ts';

/** Everything a file may name. A value, passed as an argument: two registries can live in one process. */
export interface Registry {
  /** By `name` (the newest version) and by `name@version`. */
  readonly ops: ReadonlyMap<string, Op>;
  readonly optimizers: ReadonlyMap<string, Optimizer>;
  readonly datasets: ReadonlyMap<string, AnyDataset>;
  readonly metrics: ReadonlyMap<string, MetricDefinition>;
}

export interface RegistryParts {
  readonly ops?: readonly Op[];
  readonly optimizers?: readonly Optimizer[];
  readonly datasets?: readonly AnyDataset[];
  readonly metrics?: readonly MetricDefinition[];
}

/** A registry of all the parts given. @throws Error where two parts of one kind have one name. */
export function createRegistry(...parts: readonly RegistryParts[]): Registry {
  const all = <K extends keyof RegistryParts>(kind: K): NonNullable<RegistryParts[K]>[number][] => parts.flatMap((p) => [...(p[kind] ?? [])]);
  return Object.freeze({
    ops: opTable(all('ops')),
    optimizers: table('optimizer', all('optimizers')),
    datasets: table('data set', all('datasets')),
    metrics: table('metric', all('metrics')),
  });
}

/** The names without versions, for hints and lists. */
export function opNames(registry: Registry): string[] {
  return [...registry.ops.keys()].filter((name) => !name.includes('@')).sort();
}

function opTable(ops: readonly Op[]): ReadonlyMap<string, Op> {
  const versions = table('op', ops.map((op) => ({ name: opKey(op), op })));
  const out = new Map<string, Op>();
  for (const [key, { op }] of versions) {
    out.set(key, op);
    const newest = out.get(op.name);
    if (newest === undefined || (newest.version ?? 1) < (op.version ?? 1)) out.set(op.name, op);
  }
  return out;
}

function table<T extends { readonly name: string }>(kind: string, items: readonly T[]): ReadonlyMap<string, T> {
  const out = new Map<string, T>();
  for (const item of items) {
    if (out.has(item.name)) throw new Error(`two ${kind}s are named "${item.name}"`);
    out.set(item.name, item);
  }
  return out;
}
