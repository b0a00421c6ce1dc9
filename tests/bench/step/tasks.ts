import type { Flags } from './flags.ts';

export type Work = 'step' | 'step-bf16' | 'infer' | 'infer-bf16';

/** What is timed, under the name that the table has for it. */
export interface Task {
  readonly key: string;
  readonly work: Work;
  readonly size: number;
  readonly batch: number;
  readonly contenders: readonly string[];
}

const CONTENDERS: Readonly<Record<Work, readonly string[]>> = {
  step: ['compiled', 'eager', 'torch'],
  // Our own float32 beside it tells what the precision gains.
  'step-bf16': ['compiled', 'float32', 'torch'],
  infer: ['compiled', 'torch', 'onnxruntime'],
  'infer-bf16': ['compiled', 'float32', 'torch'],
};

/** The tasks that the options ask for. */
export function tasksOf({ sizes, only, infer, bf16 }: Flags): readonly Task[] {
  const task = (key: string, work: Work, size: number, batch: number): Task => ({ key, work, size, batch, contenders: CONTENDERS[work].filter((name) => name === 'float32' || only.includes(name)) });
  return [
    ...sizes.map((size) => task(`step${size}`, 'step', size, 8)),
    ...(bf16 ? [task('step128_bf16', 'step-bf16', 128, 8)] : []),
    ...(infer ? [task('infer256', 'infer', 256, 1)] : []),
    ...(infer && bf16 ? [task('infer256_bf16', 'infer-bf16', 256, 1)] : []),
  ];
}
