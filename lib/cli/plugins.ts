import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RegistryParts } from '../registry/registry.ts';

/** The ops, data sets, metrics and optimisers that modules export by those names. Runs their code: only where the user allowed it. */
export async function loadPlugins(files: readonly string[]): Promise<RegistryParts[]> {
  return Promise.all(files.map(async (file) => (await import(pathToFileURL(path.resolve(file)).href)) as RegistryParts));
}
