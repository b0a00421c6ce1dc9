// node --import tsx tests/bench/render.ts [size] [pictures] [rounds] [processes]: rendered faces a second, with all outputs.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { renderedFaces } from '../../lib/datasets/rendered/rendered-faces.ts';

interface Rates {
  /** Pictures a second by the clock, per second of processor time, and if each took the least of its times. */
  readonly clock: number;
  readonly processor: number;
  readonly fastest: number;
}

const [size, pictures, rounds, processes] = ['128', '100', '6', '2'].map((value, i) => Number(process.argv[2 + i] ?? value));
if (processes === 0) console.log(JSON.stringify(measure()));
else print(await Promise.all(Array.from({ length: processes }, measureElsewhere)));

function measure(): Rates {
  const faces = renderedFaces({ seed: 5, size });
  for (let i = 0; i < 40; i++) faces.sample(i);
  const least = new Float64Array(pictures).fill(Infinity);
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < pictures; i++) {
      const before = performance.now();
      faces.sample(1000 + i);
      least[i] = Math.min(least[i], performance.now() - before);
    }
  }
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const total = pictures * rounds;
  return { clock: total / wall, processor: total / ((user + system) / 1e6), fastest: pictures / (least.reduce((s, x) => s + x, 0) / 1000) };
}

async function measureElsewhere(): Promise<Rates> {
  const args = ['--import', 'tsx', fileURLToPath(import.meta.url), ...[size, pictures, rounds, 0].map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Rates;
}

function print(rates: readonly Rates[]): void {
  const sum = (of: keyof Rates): string => rates.reduce((s, r) => s + r[of], 0).toFixed(0);
  console.log(`${size} px, all outputs, ${processes} processes at once: ${sum('clock')} pictures a second by the clock, ${sum('processor')} per second of each one's processor time`);
  // On a machine that other work shares, the fastest of several renders of each picture is nearest to what it costs alone.
  console.log(`fastest of ${rounds} renders of each: ${sum('fastest')} pictures a second (bar at 128 px on two cores: 200)`);
}
