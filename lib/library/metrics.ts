export { createStandardMetrics, standardMetrics } from '../metrics/index.ts';
export type { MetricResources } from '../metrics/index.ts';
export { defineMetric } from '../registry/metric.ts';
export type { MetricDefinition, MetricOutcome, SwapResult } from '../registry/metric.ts';
export { loadFaceNetworks } from '../faces/networks/load.ts';
