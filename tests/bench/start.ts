// Seconds from starting the command `run` to its first step, with what it keeps on disk already there: npm run -s bench:start -- [--rounds N] [--no-graph-cache].
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Seconds that a first step should take at most. */
const BAR = 5;
const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, 'no-graph-cache': { type: 'boolean', default: false } } });
const env = { ...process.env, NO_COLOR: '1', ...(values['no-graph-cache'] ? { SWAPGRAPH_GRAPH_CACHE: 'off' } : {}) };
const folder = mkdtempSync(path.join(tmpdir(), 'swapgraph-start-'));
try {
  console.log(`warming: ${(await secondsToStep(path.join(folder, 'warm'))).toFixed(2)} s`);
  const seconds: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    seconds.push(await secondsToStep(path.join(folder, String(round))));
    console.log(`round ${round + 1}: ${seconds[round].toFixed(2)} s`);
  }
  const [least, median] = [0, Math.floor(seconds.length / 2)].map((at) => [...seconds].sort((a, b) => a - b)[at]);
  console.log(`run to the first step, 64 x 64, batch 8: median ${median.toFixed(2)} s, least ${least.toFixed(2)} s; the bar is ${BAR} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Of one run of one step; the command says so on its error stream as soon as it is done. */
function secondsToStep(out: string): Promise<number> {
  const args = ['run', 'tests/bench/step/step.yaml', '--set', '/data/size=64', '--set', '/data/batch=8', '--set', '/train/steps=1', '--out', out];
  const begun = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'lib/cli/bin.mjs'), ...args], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let [said, seconds] = ['', 0];
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
    if (seconds === 0 && said.includes('step 1/1')) seconds = (performance.now() - begun) / 1000;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 && seconds > 0 ? resolve(seconds) : reject(new Error(`run ended with ${String(code)}: ${said}`))));
  });
}
