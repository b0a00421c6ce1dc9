import type { FaceMeasurer } from './face-measurer.ts';

/** Gives the measurer that metrics share; its networks and image code are loaded by those who measure, not by all who check a file. */
export type FaceSource = () => FaceMeasurer | Promise<FaceMeasurer>;
