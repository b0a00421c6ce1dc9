import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import ts from 'typescript';

/** The tiers of lib/, lowest first; nothing imports from a later one. */
export const TIERS: readonly (readonly string[])[] = [
  ['diagnostics', 'random', 'shape', 'expression', 'source', 'ir', 'compose', 'registry'],
  ['engine', 'ops', 'optimizers', 'weights', 'tracking'],
  ['schema', 'normalize', 'infer', 'plan', 'compile', 'onnx'],
  ['faces', 'hoist', 'datasets', 'metrics', 'evaluate', 'train'],
  ['study', 'launch', 'report'],
  ['cli', 'library', 'index.ts', 'standard-registry.ts'],
];

/** One import between two parts of lib/, in paths relative to it. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Every relative import in lib/, types and dynamic ones included. */
export function importsOf(lib: string): Edge[] {
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(ts|mjs)$/.test(path));
  return files.flatMap((from) => {
    const text = readFileSync(join(lib, from), 'utf8');
    const targets = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
    return targets.filter((target) => target.startsWith('.')).map((target) => ({ from, to: relative(lib, join(lib, dirname(from), target)) }));
  });
}

/** The folder of lib/ (or the file right in it) that a path belongs to. */
export const partOf = (path: string): string => path.split(/[\\/]/)[0];

/** Parts of lib/ that TIERS does not know. */
export function unknownParts(lib: string): string[] {
  const known = new Set(TIERS.flat());
  return readdirSync(lib).filter((name) => !known.has(name));
}

/** Imports that go up a tier or leave lib/. */
export function upwardImports(edges: readonly Edge[]): Edge[] {
  const tier = (path: string): number => TIERS.findIndex((parts) => parts.includes(partOf(path)));
  return edges.filter(({ from, to }) => to.startsWith('..') || tier(to) > tier(from));
}

/** A cycle among the parts of lib/, as a path that ends where it began, or undefined. */
export function folderCycle(edges: readonly Edge[]): string[] | undefined {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (partOf(from) !== partOf(to)) graph.set(partOf(from), (graph.get(partOf(from)) ?? new Set()).add(partOf(to)));
  }
  const finished = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (finished.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    finished.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The imports behind a cycle, one line each. */
export function explainCycle(cycle: readonly string[], edges: readonly Edge[]): string {
  const steps = cycle.slice(1).map((to, i) => {
    const edge = edges.find((candidate) => partOf(candidate.from) === cycle[i] && partOf(candidate.to) === to);
    return edge ? `${posix.normalize(edge.from)} imports ${edge.to}` : `${cycle[i]} imports ${to}`;
  });
  return `${cycle.join(' -> ')}\n${steps.join('\n')}`;
}
