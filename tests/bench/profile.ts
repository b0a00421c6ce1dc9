// What takes the time of a step or a prediction, by operation: node --import tsx tests/bench/profile.ts --help.
import { parseArgs } from 'node:util';
import { kernelKinds, timeKernels, type KernelTime } from './profile/kernels.ts';
import { recordedPrediction, recordedTraining } from './profile/recorded.ts';
import { loadEngine } from '../../lib/engine/engine.ts';

const HELP = `node --import tsx tests/bench/profile.ts [step|infer] [OPTIONS]

Times every kernel of the bench's compiled step (default) or folded prediction alone, with its real shapes, in a session of its own: the
stock binding has no tracing. Milliseconds are processor time of all threads. What TensorFlow fuses (a bias and an activation into a
convolution) is timed apart here, so the whole runs faster than the sum.

  --size N      side of the pictures (128; infer: 256)
  --batch N     pictures (8; infer: 1)
  --rounds N    runs of each kernel, of which the median counts (5)
  --mixed       in mixed bfloat16
  --shapes      a line for every shape, not for every operation
  --help        this text`;

const { values: flags, positionals: [what = 'step'] } = parseArgs({ allowPositionals: true, options: {
  size: { type: 'string' }, batch: { type: 'string' }, rounds: { type: 'string', default: '5' }, shapes: { type: 'boolean', default: false }, mixed: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
} });
if (flags.help || !['step', 'infer'].includes(what)) {
  console.log(HELP);
  process.exit(flags.help ? 0 : 2);
}
await loadEngine({ engine: 'native-cpu' });
const isStep = what === 'step';
const nodes = (isStep ? recordedTraining : recordedPrediction)(Number(flags.size ?? (isStep ? 128 : 256)), Number(flags.batch ?? (isStep ? 8 : 1)), flags.mixed ? 'mixed-bfloat16' : 'float32');
const kinds = timeKernels(kernelKinds(nodes), Number(flags.rounds));
const total = kinds.reduce((sum, k) => sum + k.ms * k.count, 0);
const lines = linesOf(kinds).sort((a, b) => b.ms - a.ms);
console.log(`${'op'.padEnd(32)}${['count', 'GFLOP', 'ms', 'share', 'GFLOP/s'].map((t) => t.padStart(10)).join('')}`);
for (const { op, count, gflop, ms, shape } of lines.filter((l) => l.ms >= 0.001 * total)) {
  const cells = [String(count), gflop.toFixed(2), ms.toFixed(1), `${((100 * ms) / total).toFixed(1)} %`, gflop > 0 ? ((1000 * gflop) / ms).toFixed(0) : ''];
  console.log(`${op.padEnd(32)}${cells.map((c) => c.padStart(10)).join('')}  ${shape}`.trimEnd());
}
console.log(`${'sum'.padEnd(32)}${['', kinds.reduce((sum, k) => sum + k.gflop * k.count, 0).toFixed(2), total.toFixed(1)].map((c) => c.padStart(10)).join('')}`);

interface Line {
  readonly op: string;
  readonly count: number;
  readonly gflop: number;
  readonly ms: number;
  readonly shape: string;
}

function linesOf(times: readonly KernelTime[]): Line[] {
  const lines = times.map((k): Line => ({ op: k.op, count: k.count, gflop: k.gflop * k.count, ms: k.ms * k.count, shape: k.inputs.map((v) => `[${v.shape.join(', ')}]`).join(' ') }));
  if (flags.shapes) return lines;
  const sum = (op: string, of: (l: Line) => number): number => lines.filter((l) => l.op === op).reduce((n, l) => n + of(l), 0);
  return [...new Set(lines.map((l) => l.op))].map((op) => ({ op, count: sum(op, (l) => l.count), gflop: sum(op, (l) => l.gflop), ms: sum(op, (l) => l.ms), shape: '' }));
}
