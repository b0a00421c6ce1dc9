// The compiled step beside the eager one and PyTorch's, in one sitting: npm run -s bench [-- --json FILE] [--sizes 64,128] [--rounds N] [--no-infer] [--no-bf16].
// step128_bf16: in mixed precision, beside our own float32 step and PyTorch's under autocast.
// Every contender has a process of its own; they take turns, and ratios are medians over the turns.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contender, type Answer } from './step/child.ts';
import { loadBench, writeForTorch } from './step/experiment.ts';
import { torchPython } from './step/torch.ts';

const { values: flags } = parseArgs({ options: {
  json: { type: 'string' }, sizes: { type: 'string', default: '64,128' }, rounds: { type: 'string', default: '7' },
  only: { type: 'string', default: 'compiled,eager,torch' }, 'no-infer': { type: 'boolean', default: false },
  'no-bf16': { type: 'boolean', default: false },
} });
const here = fileURLToPath(new URL('step', import.meta.url));
const threads = String(availableParallelism());
const env = { ...process.env, TF_NUM_INTRAOP_THREADS: process.env.TF_NUM_INTRAOP_THREADS ?? threads, TF_NUM_INTEROP_THREADS: process.env.TF_NUM_INTEROP_THREADS ?? threads };
const say = (text: string): void => console.error(text);

interface Figures {
  readonly ms: number;
  readonly cpu_ms: number;
  readonly rss_mib: number;
}

type Task = 'step' | 'step-bf16' | 'infer';

type Table = Record<string, Record<string, Figures>>;

const table: Table = {};
const ratios: string[] = [];
const wanted = (flags.only as string).split(',');
const folder = mkdtempSync(path.join(tmpdir(), 'swapgraph-bench-'));
try {
  for (const size of (flags.sizes as string).split(',').filter(Boolean).map(Number)) await measure(`step${size}`, size, 8, wanted, 'step');
  if (!flags['no-bf16']) await measure('step128_bf16', 128, 8, ['compiled', 'float32', 'torch'].filter((name) => name === 'float32' || wanted.includes(name)), 'step-bf16');
  if (!flags['no-infer']) await measure('infer256', 256, 1, wanted.filter((name) => name !== 'eager'), 'infer');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
print();
if (flags.json) writeFileSync(flags.json, `${JSON.stringify(table, null, 2)}\n`);

/** Times one task with all contenders taking turns; the first two turns are not counted. */
async function measure(key: string, size: number, batch: number, names: readonly string[], task: Task): Promise<void> {
  const data = path.join(folder, key);
  writeForTorch(data, loadBench(size, batch));
  const contenders = names.map((name) => start(name, size, batch, data, task));
  const answers = new Map<string, Answer[]>(names.map((name) => [name, []]));
  try {
    await Promise.all(contenders.map((c) => c.ready()));
    for (let round = 0; round < Number(flags.rounds) + 2; round++) {
      for (const c of contenders) {
        const answer = await c.run();
        if (round === 0) say(`${key} ${c.name}: first ${answer.ms.toFixed(0)} ms ${JSON.stringify(answer.terms)}`);
        if (round >= 2) (answers.get(c.name) as Answer[]).push(answer);
      }
    }
  } finally {
    contenders.forEach((c) => c.end());
  }
  table[key] = Object.fromEntries([...answers].map(([name, runs]) => [name, { ms: median(runs.map((r) => r.ms)), cpu_ms: median(runs.map((r) => r.cpu_ms)), rss_mib: Math.max(...runs.map((r) => r.rss_mib)) }]));
  const ours = answers.get('compiled');
  for (const [name, runs] of answers) {
    if (ours && name !== 'compiled') ratios.push(`${key}: compiled / ${name} = ${median(ours.map((r, i) => r.ms / runs[i].ms)).toFixed(2)} in time, ${median(ours.map((r, i) => r.cpu_ms / runs[i].cpu_ms)).toFixed(2)} in processor time, ${(table[key].compiled.rss_mib / table[key][name].rss_mib).toFixed(2)} in memory`);
  }
}

function start(name: string, size: number, batch: number, data: string, task: Task): Contender {
  if (name === 'torch') return new Contender(name, torchPython(say), [path.join(here, 'torch_step.py'), data, task], env);
  const mode = task === 'step' ? name : task === 'infer' ? 'infer' : name === 'float32' ? 'compiled' : 'mixed';
  return new Contender(name, process.execPath, ['--import', 'tsx', path.join(here, 'contender.ts'), mode, String(size), String(batch)], env);
}

function print(): void {
  console.log(`${'task'.padEnd(14)}${'contender'.padEnd(14)}${'median ms'.padStart(10)}${'cpu ms'.padStart(10)}${'peak MiB'.padStart(10)}`);
  for (const [key, row] of Object.entries(table)) {
    for (const [name, { ms, cpu_ms, rss_mib }] of Object.entries(row)) console.log(`${key.padEnd(14)}${name.padEnd(14)}${ms.toFixed(0).padStart(10)}${cpu_ms.toFixed(0).padStart(10)}${rss_mib.toFixed(0).padStart(10)}`);
  }
  ratios.forEach((line) => console.log(line));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
