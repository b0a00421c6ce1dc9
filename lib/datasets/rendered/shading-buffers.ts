import { createEdges, type Edges } from './edges.ts';
import { createFragments, createQueue, type Fragments, type Queue } from './fragments.ts';
import { material } from './materials.ts';

/** What shading one picture uses and the next one can use again. */
export interface ShadingBuffers {
  readonly fragments: Fragments;
  /** One per material. */
  readonly queues: readonly Queue[];
  readonly edges: Edges;
}

export const createShadingBuffers = (): ShadingBuffers => ({ fragments: createFragments(), queues: Object.values(material).map(createQueue), edges: createEdges() });
