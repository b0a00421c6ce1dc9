import type { Experiment } from '../../../ir/experiment.ts';
import type { Graph, GraphNode, Value } from '../../graph/graph.ts';
import { mixedPrecision } from '../../graph/mixed/mixed-precision.ts';
import { fastConvolutions } from '../../graph/winograd/winograd-nodes.ts';

/** What a session runs for a recorded step: the graph in its precision, with the fastest convolutions; `fetched` values stay in float32. */
export function stepNodes(precision: Experiment['precision'], graph: Graph, fetched: readonly Value[]): readonly GraphNode[] {
  return fastConvolutions(precision === 'float32' ? graph.nodes : mixedPrecision(graph.nodes, fetched));
}
