import path from 'node:path';
import { diskFiles } from '../compose/files.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Context } from '../normalize/graph.ts';
import { createContext } from '../plan/load.ts';
import type { Registry, RegistryParts } from '../registry/registry.ts';
import { standardRegistry } from '../standard-registry.ts';
import { loadPlugins, pluginsOf, requireAllowed } from './plugins.ts';

export interface OpenOptions {
  /** Run the modules that the files name under `plugins`. */
  readonly allowPlugins?: boolean;
  /** Modules named on the command line, which allows them. */
  readonly plugin?: readonly string[];
}

export interface Project {
  readonly context: Context;
  readonly registry: Registry;
  /** Absolute paths of the modules that were loaded; a child process loads the same. */
  readonly plugins: readonly string[];
}

/** The registry that files need, their plugins merged in, and the context that reads them. @throws DiagnosticError */
export async function openProject(named: readonly string[], options: OpenOptions = {}): Promise<Project> {
  const files = diskFiles();
  const listed = named.flatMap((file) => pluginsOf(file, files));
  requireAllowed(listed, options.allowPlugins === true);
  const plugins = [...new Set([...(options.plugin ?? []).map((p) => path.resolve(p)), ...listed.map((p) => p.file)])];
  const registry = merged(await loadPlugins(plugins));
  return { context: createContext(registry, files), registry, plugins };
}

function merged(parts: readonly RegistryParts[]): Registry {
  try {
    return standardRegistry(...parts);
  } catch (error) {
    if (parts.length === 0) throw error;
    throw failure('plugins/clash', `the plugins cannot be registered: ${(error as Error).message}`, undefined, 'rename yours, or give it a higher version');
  }
}
