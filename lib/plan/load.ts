import path from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { applyProfile, composeFile } from '../compose/compose.ts';
import { diskFiles, type Files } from '../compose/files.ts';
import { setAt } from '../compose/patch.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { IrGraph } from '../ir/ir.ts';
import { patchContext } from '../normalize/declares.ts';
import { normalizeExperiment } from '../normalize/experiment/experiment.ts';
import { graphReader, normalizeGraph, type Context } from '../normalize/graph.ts';
import { createMemory } from '../normalize/memory.ts';
import type { Registry } from '../registry/registry.ts';
import { checkGraph } from '../schema/graph.ts';
import { createValidator } from '../schema/validator.ts';
import { createValueChecker } from '../schema/value.ts';
import { parseSource } from '../source/parse.ts';
import { parsePointer } from '../source/pointer.ts';
import { child, fromData, toData, type Data, type MapTree, type Tree } from '../source/tree.ts';

export const KINDS = ['graph', 'experiment', 'ablation', 'sweep'] as const;
export type Kind = (typeof KINDS)[number];

export interface LoadOptions {
  readonly profile?: string;
  /** `--set /pointer=value`, applied last. */
  readonly set?: readonly string[];
  /** Sizes of letters of a graph: `{ D: 512 }`. */
  readonly dims?: Readonly<Record<string, number>>;
}

/** What phases 1 to 5 share: the registry, the files read so far, the compiled schemas. */
export function createContext(registry: Registry, files: Files = diskFiles()): Context {
  return { registry, files, values: createValueChecker(createValidator()), memory: createMemory() };
}

/** The composed document of a file, and its kind. @throws DiagnosticError */
export function loadDocument(file: string, context: Context): { readonly kind: Kind; readonly tree: MapTree } {
  const tree = composeFile(path.resolve(file), context.files, patchContext(context));
  const written = child(tree, 'kind');
  const kind = written && String(toData(written));
  if (kind !== undefined && (KINDS as readonly string[]).includes(kind)) return { kind: kind as Kind, tree };
  const message = kind === undefined ? 'the file has no "kind"' : `there is no kind "${kind}"`;
  throw failure('schema/kind', message, written?.span ?? tree.span, kind === undefined ? `begin with kind: graph (or ${KINDS.slice(1).join(', ')})` : suggestion(kind, KINDS));
}

/** A graph file -> its IR. @throws DiagnosticError */
export function loadGraphFile(file: string, context: Context, options: LoadOptions = {}): IrGraph {
  const absolute = path.resolve(file);
  const read = graphReader(context)(absolute);
  const tree = withSets(read, options.set, context);
  const errors = tree === read ? [] : checkGraph(tree, { ...context, models: false });
  if (errors.length > 0) throw new DiagnosticError(errors);
  return normalizeGraph(tree, context, { ...(options.dims ? { dims: options.dims } : {}) });
}

/** An experiment file, with a profile and `--set`s -> everything a run needs. @throws DiagnosticError */
export function loadExperimentFile(file: string, context: Context, options: LoadOptions = {}): Experiment {
  const { kind, tree } = loadDocument(file, context);
  if (kind !== 'experiment') throw failure('schema/kind', `expected a file of kind experiment, received kind ${kind}`, child(tree, 'kind')?.span);
  return normalizeExperiment(resolveExperiment(tree, context, options), context);
}

/** The experiment's tree with a profile and `--set`s applied, ready to be normalised or patched by a variant. */
export function resolveExperiment(tree: MapTree, context: Context, options: LoadOptions): MapTree {
  return withSets(applyProfile(tree, options.profile, patchContext(context)), options.set, context);
}

function withSets(tree: MapTree, sets: readonly string[] | undefined, context: Context): MapTree {
  return (sets ?? []).reduce<Tree>((out, text) => applySet(out, text, context), tree) as MapTree;
}

function applySet(tree: Tree, text: string, context: Context): Tree {
  const equals = text.indexOf('=');
  const span = { file: '--set', line: 1, column: 1, endLine: 1, endColumn: text.length + 1 };
  if (equals < 1 || !text.startsWith('/')) throw failure('patch/set', `expected --set /pointer=value, received "${text}"`, span, 'for example --set /train/steps=100');
  const value = parseSource(text.slice(equals + 1), '--set');
  return setAt(tree, parsePointer(text.slice(0, equals)), fromData(toData(value) as Data, span), span, patchContext(context));
}

/** All diagnostics of one call: those of a thrown DiagnosticError, or none. Anything else is a defect and is thrown on. */
export function diagnosticsOf(run: () => unknown): readonly Diagnostic[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}
