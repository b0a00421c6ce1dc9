import assert from 'node:assert/strict';
import path from 'node:path';
import type { Diagnostic } from '../../lib/diagnostics/diagnostic.ts';
import { diskFiles } from '../../lib/compose/files.ts';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { hashGraph } from '../../lib/ir/hash.ts';
import type { IrGraph, IrNode } from '../../lib/ir/ir.ts';
import { createContext, diagnosticsOf, loadExperimentFile, loadGraphFile, type LoadOptions } from '../../lib/plan/load.ts';
import { defineDataset } from '../../lib/registry/dataset.ts';
import type { Registry } from '../../lib/registry/registry.ts';
import { dimText } from '../../lib/shape/dim.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';

const image = { doc: 'Picture.', shape: [8, 8, 3], dtype: 'float32' } as const;
const mask = { doc: 'Mask.', shape: [8, 8, 1], dtype: 'float32' } as const;
const caption = { doc: 'Words.', shape: [], dtype: 'text' } as const;
const never = (): Promise<never> => Promise.reject(new Error('never opened'));

/** Two data sets without samples: files are only read here. */
export const registry = standardRegistry({
  datasets: [
    defineDataset({ name: 'tiny', doc: 'Pictures.', attrs: {}, fields: () => ({ image, caption }), open: never }),
    defineDataset({ name: 'tiny-masked', doc: 'Pictures and masks.', attrs: {}, fields: () => ({ image, mask }), open: never }),
  ],
});

export interface Reading extends LoadOptions {
  /** Other files by name, in the folder of the first. */
  readonly files?: Readonly<Record<string, string>>;
  readonly registry?: Registry;
}

const overlay = (text: string, files: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> =>
  new Map([['/test/main.yaml', text], ...Object.entries(files).map(([name, other]) => [path.posix.join('/test', name), other] as const)]);

export function graph(text: string, { files, registry: own = registry, ...options }: Reading = {}): IrGraph {
  return loadGraphFile('/test/main.yaml', createContext(own, diskFiles(overlay(text, files))), options);
}

export function experiment(text: string, { files, registry: own = registry, ...options }: Reading = {}): Experiment {
  return loadExperimentFile('/test/main.yaml', createContext(own, diskFiles(overlay(text, files))), options);
}

/** The first mistake, as `code line:column`, with its message and hint. */
export function mistake(run: () => unknown): Diagnostic & { readonly place: string } {
  const [first] = diagnosticsOf(run);
  assert.ok(first, 'no mistake was found');
  return { ...first, place: first.span ? `${first.span.file.replace('/test/', '')}:${first.span.line}:${first.span.column}` : 'nowhere' };
}

/** A graph of the given nodes over an image `x` and a code `id`; the outputs are named as the nodes. */
export function over(nodes: string, outputs: string, more = ''): string {
  return `kind: graph\nname: test\n${more}inputs: { x: [N, H, W, 4], id: [N, 6] }\nnodes:\n${nodes.trim().split('\n').map((l) => `  ${l.trimEnd().replace(/^ {2}/, '')}`).join('\n')}\noutputs: { ${outputs} }\n`;
}

export const paths = (g: IrGraph): string[] => g.nodes.map((n) => n.path);
export const weights = (g: IrGraph): string[] => g.weights.map((w) => w.id).sort();
export const node = (g: IrGraph, path: string): IrNode => {
  const found = g.nodes.find((n) => n.path === path);
  assert.ok(found, `no node ${path} among ${paths(g).join(', ')}`);
  return found;
};
export const attrs = (g: IrGraph, path: string): Readonly<Record<string, unknown>> => node(g, path).attrs;
/** Output shapes by name, as text. */
export function shapes(g: IrGraph): Record<string, string[]> {
  const all = new Map([...g.inputs.map((i) => [i.id, i.shape] as const), ...g.nodes.flatMap((n) => n.outputs.map((o) => [o.id, o.shape] as const))]);
  return Object.fromEntries(Object.entries(g.outputs).map(([name, ids]) => [name, ids.map((id) => (all.get(id) ?? []).map(dimText).join(' '))]));
}
export const hash = (g: IrGraph): string => hashGraph(g, (op) => registry.ops.get(op)?.traits?.random === true);
