import { standardDatasets } from './datasets/index.ts';
import { standardMetrics } from './metrics/index.ts';
import { standardOps } from './ops/index.ts';
import { standardOptimizers } from './optimizers/index.ts';
import { createRegistry, type Registry, type RegistryParts } from './registry/registry.ts';

/** Everything that ships, with parts of a caller's own. */
export function standardRegistry(...own: readonly RegistryParts[]): Registry {
  return createRegistry({ ops: standardOps, optimizers: standardOptimizers, datasets: standardDatasets, metrics: standardMetrics }, ...own);
}
