import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { failure } from '../diagnostics/failure.ts';
import { DiagnosticError, type Span } from '../diagnostics/diagnostic.ts';
import { resolvePath, shownPath, type Files } from '../compose/files.ts';
import type { RegistryParts } from '../registry/registry.ts';
import { child, type Tree } from '../source/tree.ts';

/** The ops, data sets, metrics and optimisers that modules export by those names. Runs their code: only where the user allowed it. */
export async function loadPlugins(files: readonly string[]): Promise<RegistryParts[]> {
  return Promise.all(files.map((file) => importPlugin(path.resolve(file))));
}

async function importPlugin(file: string): Promise<RegistryParts> {
  if (!existsSync(file)) throw failure('plugins/missing', `there is no plugin ${shownPath(file)}`, undefined, 'paths are relative to the file that writes them, those of --plugin to the working folder');
  try {
    if (/\.[cm]?ts$/.test(file)) await readTypeScript();
    return (await import(pathToFileURL(file).href)) as RegistryParts;
  } catch (error) {
    // The plugin's author needs the place; the first line of the stack that is theirs has it.
    const [message, ...stack] = String(error instanceof Error ? (error.stack ?? error.message) : error).split('\n');
    const place = stack.find((line) => line.includes(path.basename(file)))?.trim();
    throw failure('plugins/failed', `the plugin ${shownPath(file)} does not load: ${message}${place ? ` (${place})` : ''}`);
  }
}

/** In a checkout tsx is registered already; registering it once more for a plugin changes nothing. */
async function readTypeScript(): Promise<void> {
  if (import.meta.url.endsWith('.ts')) return;
  const { register } = (await import('tsx/esm/api')) as { register: () => unknown };
  register();
}

/** A module that a file names under `plugins`. */
export interface Plugin {
  /** Absolute path. */
  readonly file: string;
  readonly span: Span;
}

/** The modules named under `plugins` by a file and by all that it extends, calls or builds on; each once. Runs nothing. */
export function pluginsOf(file: string, files: Files): readonly Plugin[] {
  const found = new Map<string, Plugin>();
  collect(path.resolve(file), undefined, files, found, new Set());
  return [...found.values()];
}

/** @throws DiagnosticError at the first plugin of a file, unless they are allowed. */
export function requireAllowed(plugins: readonly Plugin[], allowed: boolean): void {
  const [first] = plugins;
  if (!first || allowed) return;
  throw failure('plugins/not-allowed', `this file wants to run code of its own, ${path.basename(first.file)}, which was not allowed`, first.span, 'if you trust that code, add --allow-plugins to the command');
}

function collect(file: string, from: Span | undefined, files: Files, found: Map<string, Plugin>, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  const tree = readable(file, from, files);
  const plugins = child(tree, 'plugins');
  for (const item of plugins?.kind === 'list' ? plugins.items : []) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') throw failure('plugins/file', '"plugins" is a list of files', item.span, 'plugins: [./my-ops.ts]');
    const plugin = resolvePath(item.value, item.span);
    found.set(plugin, { file: plugin, span: item.span });
  }
  for (const { reference, span } of filesNamed(tree)) collect(resolvePath(reference, span), span, files, found, seen);
}

/** A file that cannot be read is reported by the phase that needs it, with the words for it. */
function readable(file: string, from: Span | undefined, files: Files): Tree | undefined {
  try {
    return files.read(file, from);
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

interface Named {
  readonly reference: string;
  readonly span: Span;
}

/** References to other YAML files: what a file extends, its base, the graphs it calls or chooses among. */
function filesNamed(tree: Tree | undefined): Named[] {
  if (!tree) return [];
  if (tree.kind === 'list') return tree.items.flatMap(filesNamed);
  if (tree.kind === 'map') return [...tree.entries.values()].flatMap((e) => filesNamed(e.value));
  return typeof tree.value === 'string' && /^[^\s$]+\.ya?ml$/.test(tree.value) ? [{ reference: tree.value, span: tree.span }] : [];
}
