import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../lib/engine/packages.ts';

// Set-up is plain JavaScript without declarations; these are the parts of it that tests call.
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly sha256: string;
}
export type Pins = Record<'cpu' | 'gpu' | 'cuda', Record<string, readonly Wheel[]>>;

interface Modules {
  'setup.mjs': { setup(options: SetupOptions): Promise<{ changed: boolean }> };
  'unzip.mjs': { unzip(zip: string, into: string, place: (name: string) => string | undefined, onBytes?: (bytes: number) => void): Promise<string[]> };
  'lock.mjs': { withLock<T>(cache: string, onWait: (holder: string) => void, work: () => Promise<T>, signal?: AbortSignal): Promise<T> };
  'pins.mjs': {
    readPins(): Pins;
    wheelsFor(engine: 'cpu' | 'gpu', options?: { cudaLibraries?: boolean; platform?: string }): readonly Wheel[];
    platformTag(wheel: Wheel): string;
    placeEntry(name: string): string | undefined;
  };
  'console.mjs': { createConsole(options: { stream: unknown; env?: NodeJS.ProcessEnv; now?: () => number }): SetupConsole };
  'dependencies.mjs': { dependenciesAreCurrent(root: string): boolean; isCheckout(root: string): boolean };
  'problem.mjs': {
    problemFromOutput(doing: string, output: string, otherwise: string): Error & { todo: string };
    problemFromError(error: unknown, doing: string): Error | undefined;
  };
  'tools.mjs': { checkCLibrary(glibc?: string): void; findPip(env: NodeJS.ProcessEnv): Promise<{ version: string }> };
}

export interface SetupConsole {
  say(text?: string): void;
  step(label: string, total?: number): { update(bytes: number): void; done(note?: string): void; stop(): void };
}

export interface SetupOptions {
  readonly root: string;
  readonly cache: string;
  readonly pins?: Pins;
  readonly gpu?: boolean;
  readonly signal?: AbortSignal;
  readonly console?: SetupConsole;
}

export const SETUP_FOLDER = join(packageRoot(), 'lib/engine/setup');

/** One module of set-up. */
export async function setupModule<K extends keyof Modules>(name: K): Promise<Modules[K]> {
  return (await import(pathToFileURL(join(SETUP_FOLDER, name)).href)) as Modules[K];
}
