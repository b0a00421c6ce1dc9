import type { AnyDataset } from '../registry/dataset.ts';
import { photos } from './photos/dataset.ts';
import { renderedFacesDataset } from './rendered-faces.ts';

/** The data sets that ship. */
export const standardDatasets: readonly AnyDataset[] = [photos, renderedFacesDataset];
