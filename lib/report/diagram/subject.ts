import type { Experiment } from '../../ir/experiment.ts';
import type { IrGraph } from '../../ir/ir.ts';

/** What `show` and `diff` look at: a graph, or an experiment with its step. */
export interface Subject {
  readonly kind: 'graph' | 'experiment';
  readonly name: string;
  readonly doc: string;
  /** The graph, or the experiment's step. */
  readonly graph: IrGraph;
  readonly experiment?: Experiment;
}

export function graphSubject(graph: IrGraph, doc: string): Subject {
  return { kind: 'graph', name: graph.name, doc, graph };
}

export function experimentSubject(experiment: Experiment): Subject {
  return { kind: 'experiment', name: experiment.name, doc: experiment.doc, graph: experiment.step, experiment };
}
