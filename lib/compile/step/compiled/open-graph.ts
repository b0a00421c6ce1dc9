import { dropCachedGraph, readCachedGraph, writeCachedGraph, type CachedGraph, type GraphCache } from '../../graph/graph-cache.ts';
import type { GraphNode } from '../../graph/graph.ts';
import { Session } from '../../graph/session.ts';
import type { VariableChunk } from '../../graph/variable-chunks.ts';
import { allSets, type ActiveSet } from './active-set.ts';
import type { RecordedSet } from './record-set.ts';
import { recordStep, type StepSource } from './record-step.ts';
import { stepNodes } from './step-nodes.ts';
import { stepKey } from './step-key.ts';

/** What tells how to run a step's graph; plain data. */
export interface StepTable {
  readonly chunks: readonly VariableChunk[];
  readonly sets: readonly (readonly [string, RecordedSet])[];
}

/** A step's graph in a session. */
export interface OpenGraph extends StepTable {
  readonly session: Session;
}

/** The graph of a step in a session: from the cache where it is there, else recorded, and kept there. */
export function openGraph(source: StepSource, now: ActiveSet, cache: GraphCache | undefined): OpenGraph {
  if (cache === undefined) return recorded(source, now, (nodes, table) => ({ ...table, session: new Session(nodes) }));
  const key = stepKey(source, allSets(source.experiment, source.phases, now), cache.code);
  const found = readCachedGraph<StepTable>(cache, key);
  return (found && loaded(found, cache, key)) ?? recorded(source, now, (nodes, table) => kept(nodes, table, cache, key));
}

function recorded(source: StepSource, now: ActiveSet, open: (nodes: readonly GraphNode[], table: StepTable) => OpenGraph): OpenGraph {
  const { graph, chunks, sets } = recordStep(source, allSets(source.experiment, source.phases, now));
  const nodes = stepNodes(source.experiment.precision, graph, [...sets.values()].flatMap(({ report }) => report ?? []));
  return open(nodes, { chunks, sets: [...sets] });
}

/** What TensorFlow does not read, another process removed between the look and the load, or a disk broke after it was summed. */
function loaded({ folder, table }: CachedGraph<StepTable>, cache: GraphCache, key: string): OpenGraph | undefined {
  try {
    return { ...table, session: new Session({ folder }) };
  } catch {
    dropCachedGraph(cache, key);
    return undefined;
  }
}

/** A cache that cannot be written (a full disk, a folder of somebody else) costs the next process time and nothing else. */
function kept(nodes: readonly GraphNode[], table: StepTable, cache: GraphCache, key: string): OpenGraph {
  try {
    writeCachedGraph(cache, key, nodes, table);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
  return { ...table, session: new Session(nodes) };
}
