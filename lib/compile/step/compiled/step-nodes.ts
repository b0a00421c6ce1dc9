import type { Experiment } from '../../../ir/experiment.ts';
import type { Graph, GraphNode, Value } from '../../graph/graph.ts';
import { mixedPrecision } from '../../graph/mixed/mixed-precision.ts';

/** What a session runs for a recorded step: the graph itself, or the same in mixed precision; `fetched` values stay in float32. */
export function stepNodes(precision: Experiment['precision'], graph: Graph, fetched: readonly Value[]): readonly GraphNode[] {
  return precision === 'float32' ? graph.nodes : mixedPrecision(graph.nodes, fetched);
}
