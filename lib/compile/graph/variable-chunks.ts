import type { WeightArray } from '../../weights/weights.ts';
import type { Value } from './graph.ts';
import type { Session } from './session.ts';
import { sizeOf } from './shape-rule.ts';

/** One array of a run's state inside the session. */
export interface GraphVariable {
  readonly key: string;
  readonly shape: readonly number[];
  readonly handle: Value;
  /** Its value when a step begins. */
  readonly read: Value;
}

/** Variables that are set and read together: one run of the session each, of bounded size. */
export interface VariableChunk {
  readonly members: readonly { readonly variable: GraphVariable; readonly given: Value }[];
  readonly done: Value;
  /** Sets all of them to zero. */
  readonly cleared: Value;
}

/** Sets all variables; zeros where `valueOf` has none, which are not uploaded where a chunk has nothing else. */
export function uploadVariables(chunks: readonly VariableChunk[], session: Session, valueOf: (key: string) => WeightArray | undefined): void {
  for (const { members, done, cleared } of chunks) {
    const values = members.map(({ variable }) => valueOf(variable.key)?.data as Float32Array | undefined);
    if (values.every((v) => v === undefined)) session.run([], [cleared]);
    else session.run(members.map(({ variable, given }, i) => ({ value: given, data: values[i] ?? new Float32Array(sizeOf(variable.shape)) })), [done]);
  }
}

/** Reads the variables whose keys are wanted. */
export function downloadVariables(chunks: readonly VariableChunk[], session: Session, wanted: (key: string) => boolean): Map<string, WeightArray> {
  const out = new Map<string, WeightArray>();
  for (const { members } of chunks) {
    const chosen = members.map((m) => m.variable).filter((v) => wanted(v.key));
    if (chosen.length === 0) continue;
    const arrays = session.run([], chosen.map((v) => v.read));
    chosen.forEach((v, i) => out.set(v.key, { shape: [...v.shape], data: arrays[i] as Float32Array }));
  }
  return out;
}
