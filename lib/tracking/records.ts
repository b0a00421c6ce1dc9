import type { DatasetInput, EndStatus } from './tracker.ts';

/** A metric's value as JSON can hold it and MLflow's REST interface reads it. */
export type WireValue = number | 'NaN' | 'Infinity' | '-Infinity';

/** `[key, value, timestamp, step]`. */
export type Point = readonly [key: string, value: WireValue, timestamp: number, step: number];

/** One fact about a run, with names and values already fit for MLflow; a run is its records in order. */
export type TrackRecord =
  | {
      readonly k: 'start';
      readonly id: string;
      readonly experiment: string;
      readonly name: string;
      readonly parent?: string;
      readonly startTime: number;
    }
  | { readonly k: 'metrics'; readonly points: readonly Point[] }
  | { readonly k: 'param'; readonly key: string; readonly value: string }
  | { readonly k: 'tag'; readonly key: string; readonly value: string }
  | { readonly k: 'dataset'; readonly dataset: DatasetInput }
  /** `file` is relative to the spool's folder, `path` to the run's artifacts. */
  | { readonly k: 'artifact'; readonly file: string; readonly path: string }
  | { readonly k: 'resume'; readonly step: number }
  | { readonly k: 'end'; readonly status: EndStatus; readonly endTime: number };

export type StartRecord = Extract<TrackRecord, { k: 'start' }>;

/** The tag that joins a local run with its copy on a server: whoever pushes it again finds it by this. */
export const RUN_KEY_TAG = 'swapgraph.runKey';
export const PARENT_TAG = 'mlflow.parentRunId';
export const RUN_NAME_TAG = 'mlflow.runName';

export function toWire(value: number): WireValue {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
