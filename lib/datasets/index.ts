import type { AnyDataset } from '../registry/dataset.ts';

/** The data sets that ship. */
export const standardDatasets: readonly AnyDataset[] = [];
