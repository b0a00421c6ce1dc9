import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { diskFiles, type Files } from '../../../lib/compose/files.ts';
import { renderDiagnostics } from '../../../lib/diagnostics/render.ts';
import type { Context } from '../../../lib/normalize/graph.ts';
import { createContext } from '../../../lib/plan/load.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';
import { checkFile } from '../../../lib/study/check.ts';
import { ROOT, shippedFiles } from '../shipped.ts';
import { mutate, mutations } from './mutate.ts';

/** Milliseconds of the processor that one file may take; a slow one is tried again, since others may use the caches. */
const LIMIT = 1000;
/** Or so many times what the shipped file takes: a study expands each of its runs. */
const FACTOR = 4;

/** Checks mutations of every shipped file: a diagnostic with a place, or a valid file; never an exception, a hang, or memory without bound. */
export async function checkMutations(runs: number, seed: number): Promise<number> {
  const registry = standardRegistry();
  const names = shippedFiles();
  const texts = new Map(names.map((f) => [path.join(ROOT, f), readFileSync(path.join(ROOT, f), 'utf8')]));
  const shared = diskFiles();
  const base = createContext(registry, shared);
  const known = new Map<string, number>();
  const usual = async (file: string): Promise<number> => {
    if (!known.has(file)) known.set(file, (await measured(file, base)).took);
    return known.get(file) as number;
  };
  let wrong = 0;
  await fc.assert(fc.asyncProperty(fc.constantFrom(...texts.keys()), mutations, async (file, list) => {
    const text = mutate(texts.get(file) as string, list);
    const own = diskFiles(new Map([[file, text]]));
    const files: Files = { read: (f, from) => (f === file ? own : shared).read(f, from) };
    const limit = Math.max(LIMIT, FACTOR * (await usual(file)));
    const result = await timed(file, { ...base, files }, limit);
    if (result.ok) return;
    wrong += 1;
    assert.ok(result.diagnostics.length > 0);
    for (const d of result.diagnostics) assert.ok(d.message.length > 0 && d.message.length < 2000 && d.span !== undefined, `${d.message} has no place`);
    renderDiagnostics(result.diagnostics, { cwd: ROOT, colour: false, source: () => text });
  }), { numRuns: runs, seed, endOnFailure: false });
  return wrong;
}

async function timed(file: string, context: Context, limit: number): ReturnType<typeof checkFile> {
  const first = await measured(file, context);
  if (first.took < limit) return first.result;
  const second = await measured(file, context);
  assert.ok(second.took < limit, `${file} took ${Math.round(second.took)} ms, more than ${Math.round(limit)}`);
  return second.result;
}

async function measured(file: string, context: Context): Promise<{ readonly result: Awaited<ReturnType<typeof checkFile>>; readonly took: number }> {
  const from = process.cpuUsage();
  const result = await checkFile(file, context);
  const { user, system } = process.cpuUsage(from);
  return { result, took: (user + system) / 1000 };
}
