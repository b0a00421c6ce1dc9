import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { withDefaults } from '../registry/attributes.ts';
import type { AnyDataset, Dataset, OpenOptions } from '../registry/dataset.ts';
import { standardDatasets } from './index.ts';

/** A data set as data, so that another thread can open the same one. */
export interface DatasetReference {
  readonly name: string;
  /** Attributes as in the file, paths absolute; defaults are filled in. */
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly options: OpenOptions;
  /** URLs of modules whose exports (or lists named `datasets`) are searched beside the data sets that ship. */
  readonly modules?: readonly string[];
}

/** Data sets by name, as a registry holds them. */
export type KnownDatasets = ReadonlyMap<string, AnyDataset>;

/** Opens a data set by its name, also one of `known` and of the reference's modules. @throws DiagnosticError for an unknown name. */
export async function openDataset(reference: DatasetReference, known: KnownDatasets = new Map()): Promise<Dataset> {
  const own = await Promise.all((reference.modules ?? []).map(async (url) => definitionsIn(await import(url) as Record<string, unknown>)));
  const all = [...own.flat(), ...known.values(), ...standardDatasets];
  const definition = all.find((d) => d.name === reference.name);
  if (definition === undefined) throw failure('data-set', `no data set is named "${reference.name}"`, undefined, suggestion(reference.name, all.map((d) => d.name)));
  return definition.open(withDefaults(definition.attrs, reference.attrs), reference.options);
}

/** Whether the name stands for a data set that only this thread knows: one made by the caller's program or a plugin. */
export function isOwnDataset(name: string, known: KnownDatasets = new Map()): boolean {
  const definition = known.get(name);
  return definition !== undefined && !standardDatasets.includes(definition);
}

function definitionsIn(module: Readonly<Record<string, unknown>>): AnyDataset[] {
  return Object.values(module).flatMap((value) => (Array.isArray(value) ? value as unknown[] : [value])).filter(isDefinition);
}

function isDefinition(value: unknown): value is AnyDataset {
  return typeof value === 'object' && value !== null && 'name' in value && 'open' in value && 'fields' in value && 'attrs' in value;
}
