// The compiled step and the folded prediction beside the eager step, PyTorch and onnxruntime, in one sitting: npm run -s bench -- --help.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALLOCATOR, NODE_FLAGS } from '../../lib/launch/process.ts';
import { Contender } from './step/child.ts';
import { loadBench, writeForTorch } from './step/experiment.ts';
import { HELP, readFlags } from './step/flags.ts';
import { gflopOf } from './step/machine.ts';
import { measure, type Figures } from './step/measure.ts';
import { tasksOf, type Task } from './step/tasks.ts';
import { exportOnnx, torchPython } from './step/torch.ts';

const flags = readFlags();
if (flags.help) {
  console.log(HELP);
  process.exit(0);
}
const here = fileURLToPath(new URL('step', import.meta.url));
const threads = String(availableParallelism());
const env = { ...process.env, TF_NUM_INTRAOP_THREADS: process.env.TF_NUM_INTRAOP_THREADS ?? threads, TF_NUM_INTEROP_THREADS: process.env.TF_NUM_INTEROP_THREADS ?? threads };
const say = (text: string): void => console.error(text);
const folder = mkdtempSync(path.join(tmpdir(), 'swapgraph-bench-'));
try {
  const rates = await machineRates();
  const table: Record<string, Readonly<Record<string, Figures>>> = {};
  const ratios: string[] = [];
  const tasks = tasksOf(flags);
  for (const task of tasks) {
    const data = path.join(folder, task.key);
    writeForTorch(data, loadBench(task.size, task.batch));
    if (task.contenders.includes('onnxruntime')) exportOnnx(data, say);
    const measured = await measure(task, (name) => start(name, task, data), flags.rounds, say);
    table[task.key] = measured.figures;
    ratios.push(...measured.ratios);
  }
  print(tasks, table, rates);
  ratios.forEach((line) => console.log(line));
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ ...table, machine: { threads: Number(env.TF_NUM_INTRAOP_THREADS), gflops: rates } }, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function start(name: string, { work, size, batch }: Task, data: string): Contender {
  if (name === 'torch') return new Contender(name, torchPython(say), [path.join(here, 'torch_step.py'), data, work], env);
  if (name === 'onnxruntime') return new Contender(name, torchPython(say), [path.join(here, 'onnx_infer.py'), data], env);
  return ours(name, modeOf(name, work), size, batch);
}

/** What contender.ts is to do. */
function modeOf(name: string, work: Task['work']): string {
  if (work.startsWith('infer')) return work === 'infer' || name === 'float32' ? 'infer' : 'infer-mixed';
  return name === 'float32' ? 'compiled' : work === 'step-bf16' ? 'mixed' : name;
}

function ours(name: string, mode: string, size: number, batch: number): Contender {
  return new Contender(name, process.execPath, [...NODE_FLAGS, '--import', 'tsx', path.join(here, 'contender.ts'), mode, String(size), String(batch)], { ...ALLOCATOR, ...env });
}

/** GFLOP/s of matrix products: the limit of every contender. */
async function machineRates(): Promise<Readonly<Record<string, number>>> {
  const contender = ours('machine', 'matmul', 64, 1);
  try {
    await contender.ready();
    return (await contender.run()).terms;
  } finally {
    contender.end();
  }
}

function print(tasks: readonly Task[], table: Readonly<Record<string, Readonly<Record<string, Figures>>>>, rates: Readonly<Record<string, number>>): void {
  console.log(`matrix products on ${env.TF_NUM_INTRAOP_THREADS} threads: ${rates.float32.toFixed(0)} GFLOP/s in float32, ${rates.bfloat16.toFixed(0)} in bfloat16`);
  console.log(`${'task'.padEnd(14)}${'contender'.padEnd(14)}${['median ms', 'cpu ms', 'peak MiB', 'GFLOP', 'GFLOP/s', 'of limit'].map((t) => t.padStart(10)).join('')}`);
  for (const task of tasks) {
    const gflop = gflopOf(task);
    for (const [name, { ms, cpu_ms, rss_mib }] of Object.entries(table[task.key])) {
      const limit = task.work.endsWith('bf16') && name !== 'float32' ? rates.bfloat16 : rates.float32;
      const rate = (1000 * gflop) / ms;
      const cells = [ms, cpu_ms, rss_mib, gflop, rate].map((v) => v.toFixed(0)).concat(`${((100 * rate) / limit).toFixed(0)} %`);
      console.log(`${task.key.padEnd(14)}${name.padEnd(14)}${cells.map((c) => c.padStart(10)).join('')}`);
    }
  }
}
