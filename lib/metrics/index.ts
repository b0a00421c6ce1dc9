import type { FaceNetworks } from '../faces/networks/load.ts';
import type { MetricDefinition } from '../registry/metric.ts';
import { csim } from './csim.ts';
import { expressionError } from './expression-error.ts';
import type { FaceMeasurer } from './face-measurer.ts';
import { idResidual } from './id-residual.ts';
import { idRetrieval } from './id-retrieval.ts';
import { oracleL1, type Oracle } from './oracle-l1.ts';
import { poseError } from './pose-error.ts';
import { psnrOutsideMask } from './psnr-outside-mask.ts';

/** What the metrics measure with. */
export interface MetricResources {
  /** Asked for when the first metric that needs them is measured; the caller disposes of them. */
  readonly networks: () => FaceNetworks;
  /** The data set's `oracle`, bound to it. */
  readonly oracle?: Oracle;
}

/** The metrics that ship, ready to measure; what they see in a picture is shared among them. */
export function createStandardMetrics(resources: MetricResources): readonly MetricDefinition[] {
  let measurer: Promise<FaceMeasurer> | undefined;
  const faces = (): Promise<FaceMeasurer> => (measurer ??= import('./face-measurer.ts').then(({ createFaceMeasurer }) => createFaceMeasurer(resources.networks())));
  return [csim(faces), expressionError(faces), idResidual(faces), idRetrieval(faces), oracleL1(resources.oracle), poseError(faces), psnrOutsideMask];
}

/** The same for registries that only check and document: names, units and definitions; those that need networks cannot measure. */
export const standardMetrics: readonly MetricDefinition[] = createStandardMetrics({
  networks: () => {
    throw new Error('these metrics describe only; createStandardMetrics makes those that measure');
  },
});
