import { failure } from '../../diagnostics/failure.ts';
import type { Experiment } from '../../ir/experiment.ts';

/** @throws DiagnosticError `step/precision` where an experiment asks for mixed precision of a step that runs op by op */
export function refuseMixed({ name, precision }: Pick<Experiment, 'name' | 'precision'>): void {
  if (precision === 'float32') return;
  const message = `${name}: expected precision float32 where the step runs op by op (--eager, or the engine wasm), received ${precision}`;
  throw failure('step/precision', message, undefined, 'run it compiled on a native engine, or with --set /precision=float32');
}

/** @throws DiagnosticError `step/precision` where a model asks for mixed precision and predicts op by op */
export function refuseMixedPrediction({ name, precision }: Pick<Experiment, 'name' | 'precision'>): void {
  if (precision === 'float32') return;
  const message = `${name}: expected precision float32 where predict runs op by op (eager: true, or the engine wasm), received ${precision}`;
  throw failure('step/precision', message, undefined, 'compile it for a native engine and without eager: true, or with precision float32');
}
