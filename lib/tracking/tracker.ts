/** How a run ended, in MLflow's words. */
export type EndStatus = 'FINISHED' | 'FAILED' | 'KILLED';

/** One measured value; `timestamp` in milliseconds since 1970, `value` may be NaN or infinite. */
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly timestamp: number;
}

export type ParamValue = string | number | boolean;

/** What a run was trained or evaluated on; `digest` has at most 36 characters. */
export interface DatasetInput {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema?: string;
  readonly profile?: string;
  /** What it was used for, such as `train` or `evaluate` (MLflow's `mlflow.data.context`). */
  readonly context?: string;
}

/** How a run begins; `parent` is the `id` of another run's handle, and nests this one under it. */
export interface RunStart {
  readonly experiment: string;
  readonly name: string;
  readonly parent?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Milliseconds since 1970. */
  readonly startTime: number;
}

/**
 * One run being logged. Logging is buffered, returns at once and never throws: what goes wrong is told to the tracker's
 * `onProblem`, once for each kind of problem, and training goes on.
 */
export interface RunHandle {
  /** 32 hexadecimal digits, known before any server has answered and unchanged by a resume. */
  readonly id: string;
  logMetrics(points: readonly MetricPoint[]): void;
  logParams(params: Readonly<Record<string, ParamValue>>): void;
  setTags(tags: Readonly<Record<string, string>>): void;
  logInputs(dataset: DatasetInput): void;
  /** Copies a file or a folder under `artifactDir` of the run; the source may change again once the promise resolves. */
  logArtifact(path: string, artifactDir?: string): Promise<void>;
  /** Resolves when all that was logged before is on this machine's disk (a server may still be waiting for it). */
  flush(): Promise<void>;
  /** Ends the run and resolves when all of it is stored: on the server too, if that answers within the tracker's patience. */
  end(status: EndStatus, endTime: number): Promise<void>;
}

/** Where runs are recorded: a folder that MLflow reads, or a server. */
export interface Tracker {
  readonly kind: 'file' | 'server';
  startRun(start: RunStart): Promise<RunHandle>;
  /**
   * Goes on with run `id` after step `step`: points beyond it that an interrupted process had logged are not recorded twice.
   * Where nothing of the run is left, it is started anew under the same id, from `start`.
   */
  resumeRun(id: string, step: number, start: RunStart): Promise<RunHandle>;
  /** Sends what can be sent, stops all timers and lets go of connections. */
  close(): Promise<void>;
}
