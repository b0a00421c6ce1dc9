export { standardDatasets } from '../datasets/index.ts';
export { openDataset } from '../datasets/open.ts';
export { openBatches } from '../datasets/batches.ts';
export { defineDataset } from '../registry/dataset.ts';
export type { Dataset, DatasetDefinition, FieldSpec, Pair, PairPolicy, Sample, Split } from '../registry/dataset.ts';
