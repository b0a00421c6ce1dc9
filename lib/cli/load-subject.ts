import { failure } from '../diagnostics/failure.ts';
import type { Context } from '../normalize/graph.ts';
import { loadDocument, loadExperimentFile, loadGraphFile, type LoadOptions } from '../plan/load.ts';
import { experimentSubject, graphSubject, type Subject } from '../report/diagram/subject.ts';
import { child, toData } from '../source/tree.ts';

/** A graph or experiment file as `show` and `diff` look at it. @throws DiagnosticError */
export function loadSubject(file: string, context: Context, options: LoadOptions): Subject {
  const { kind, tree } = loadDocument(file, context);
  if (kind === 'experiment') return experimentSubject(loadExperimentFile(file, context, options));
  const doc = child(tree, 'doc');
  if (kind === 'graph') return graphSubject(loadGraphFile(file, context, options), doc ? String(toData(doc)) : '');
  const base = child(tree, 'base');
  const hint = base ? `its base is ${String(toData(base))}; "run --plan" tells what its variants change` : undefined;
  throw failure('show/kind', `expected a graph or an experiment, received kind ${kind}`, child(tree, 'kind')?.span, hint);
}
