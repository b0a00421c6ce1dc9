import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, freeBytes } from './cache-folder.ts';
import { packageRoot } from './packages.ts';

// Set-up is plain JavaScript, because it runs before anything is installed; it lies outside `dist` too, hence the imports by path.
interface MainModule {
  runSetup(args: readonly string[]): Promise<number>;
}
interface ToolsModule {
  findPip(): Promise<{ command: string; version: string }>;
  findCompiler(): Promise<{ command: string; version: string }>;
}

/**
 * `swapgraph setup [--gpu [--no-cuda-libraries]]`: installs the npm packages (in a checkout) and builds a native engine, saying on
 * standard error what it does. Returns the exit code: 0 done, 2 usage, 3 something is missing, 128+n interrupted.
 */
export async function runSetup(args: readonly string[]): Promise<number> {
  return (await load<MainModule>('main.mjs')).runSetup(args);
}

/** pip and the C++ compiler as set-up would find them, or what it would complain of. */
export async function findBuildTools(): Promise<{ pip: Found; compiler: Found }> {
  const tools = await load<ToolsModule>('tools.mjs');
  return { pip: await settle(tools.findPip()), compiler: await settle(tools.findCompiler()) };
}

/** A tool's version, or what is missing and what to do about it. */
export type Found = { readonly version: string } | { readonly missing: string; readonly todo: string };

async function settle(found: Promise<{ command: string; version: string }>): Promise<Found> {
  try {
    return { version: (await found).version };
  } catch (error) {
    if (!(error instanceof Error && 'todo' in error)) throw error;
    return { missing: error.message, todo: String(error.todo) };
  }
}

/** Where set-up keeps what every checkout on this machine shares, and the bytes free there. */
export function describeCache(): { folder: string; freeBytes: number } {
  const folder = cacheFolder();
  return { folder, freeBytes: freeBytes(folder) };
}

async function load<T>(file: string): Promise<T> {
  return (await import(pathToFileURL(join(packageRoot(), 'lib/engine/setup', file)).href)) as T;
}
