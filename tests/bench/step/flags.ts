import { parseArgs } from 'node:util';

export const HELP = `npm run -s bench [-- OPTIONS]

Times a training step and a prediction of tests/bench/step/step.yaml beside eager PyTorch (channels_last) and onnxruntime, with the same
weights, shapes and losses: every contender in a process of its own, taking turns; the figures are medians over the turns. PyTorch and
onnxruntime are installed into a virtual environment in the cache folder when missing (SWAPGRAPH_BENCH_PYTHON names another Python).

  --json FILE       also write the figures: {"step64": {"compiled": {"ms", "cpu_ms", "rss_mib"}, "eager": ..., "torch": ...}, "step128",
                    "step128_bf16", "infer256": {"compiled", "torch", "onnxruntime"}, "infer256_bf16", "machine", ...}
  --sizes A,B       sides of the training pictures, batch 8 (64,128)
  --rounds N        turns that count; two more go before (7)
  --only NAMES      of compiled,eager,torch,onnxruntime
  --no-infer        no prediction at 256x256, batch 1
  --no-bf16         neither the step at 128x128 nor the prediction in mixed bfloat16
  --help            this text

Where the time goes, operation by operation: node --import tsx tests/bench/profile.ts --help`;

export interface Flags {
  readonly json: string | undefined;
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly only: readonly string[];
  readonly infer: boolean;
  readonly bf16: boolean;
  readonly help: boolean;
}

/** The bench's options. @throws where there is another one */
export function readFlags(): Flags {
  const { values } = parseArgs({ options: {
    json: { type: 'string' }, sizes: { type: 'string', default: '64,128' }, rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: 'compiled,eager,torch,onnxruntime' }, 'no-infer': { type: 'boolean', default: false },
    'no-bf16': { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  } });
  return {
    json: values.json, sizes: values.sizes.split(',').filter(Boolean).map(Number), rounds: Number(values.rounds), only: values.only.split(','),
    infer: !values['no-infer'], bf16: !values['no-bf16'], help: values.help,
  };
}
