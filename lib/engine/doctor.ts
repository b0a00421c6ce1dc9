import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { freemem, release, totalmem, type as systemType } from 'node:os';
import { join } from 'node:path';
import { ENGINE_NAMES } from './contract.ts';
import { cpuFeatures, describeCpu, hasFastBfloat16 } from './cpu.ts';
import { bestOf, checkEngine, type Probes } from './doctor-engines.ts';
import type { DoctorCheck, DoctorReport } from './doctor-report.ts';
import { visibleGpus } from './gpu.ts';
import { engineFolder, isBuilt, packageRoot } from './packages.ts';
import { probeEngine } from './probe.ts';
import { describeCache, findBuildTools, type Found } from './set-up.ts';

const GIB = 2 ** 30;

/** Looks at everything this library can use; each engine is tried in a process of its own. Takes about two seconds. */
export async function diagnose(): Promise<DoctorReport> {
  const [probes, tools] = await Promise.all([probeAll(), findBuildTools()]);
  const cache = describeCache();
  const features = cpuFeatures();
  const gpus = visibleGpus();
  const trains = probes['native-cpu']?.works === true || probes['native-gpu']?.works === true;
  const checks = [
    ...checkMachine(features),
    ...ENGINE_NAMES.map((name) => checkEngine(name, probes[name], gpus)),
    checkTool('pip', tools.pip, trains),
    checkTool('C++ compiler', tools.compiler, trains),
    checkCache(cache, trains),
    checkProgram('mlflow', ['--version'], 'shows logged runs as web pages', 'pip install mlflow'),
    checkProgram('ffmpeg', ['-version'], 'reads and writes video', 'apt-get install ffmpeg'),
  ];
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  const healthy = checks.every((check) => check.status !== 'missing');
  return { version, checks, engine: bestOf(probes), cpuFeatures: features, gpus, healthy };
}

async function probeAll(): Promise<Probes> {
  const present = ENGINE_NAMES.filter((name) => (name === 'wasm' ? engineFolder(name) !== undefined : isBuilt(name)));
  const entries = await Promise.all(present.map(async (name) => [name, await probeEngine(name)] as const));
  return Object.fromEntries(entries);
}

function checkMachine(features: readonly string[]): DoctorCheck[] {
  const { model, architecture, cores } = describeCpu();
  const [major, minor] = process.versions.node.split('.').map(Number);
  const oldNode = major < 20 || (major === 20 && minor < 10);
  const little = totalmem() < 4 * GIB;
  return [
    { name: 'Node', status: oldNode ? 'missing' : 'ok', detail: process.version, ...(oldNode && { next: 'install Node 20.10 or newer' }) },
    { name: 'system', status: 'ok', detail: `${systemType()} ${release()}, ${architecture}` },
    { name: 'processor', status: 'ok', detail: `${model}, ${cores} cores${features.length > 0 ? `; ${features.join(' ')}` : ''}` },
    checkBfloat16(features),
    {
      name: 'memory',
      status: little ? 'warning' : 'ok',
      detail: `${(totalmem() / GIB).toFixed(1)} GiB, ${(freemem() / GIB).toFixed(1)} GiB free`,
      ...(little && { next: 'train with small batches and images' }),
    },
  ];
}

/** Whether `precision: mixed-bfloat16` pays on a processor with these features. */
export function checkBfloat16(features: readonly string[]): DoctorCheck {
  const detail = hasFastBfloat16(features)
    ? 'this processor has instructions for it: precision mixed-bfloat16 trains in about two thirds of the time of float32'
    : 'precision mixed-bfloat16 will not pay: this processor has no instructions for it (avx512_bf16, amx_bf16, bf16); keep float32';
  return { name: 'bfloat16', status: 'ok', detail };
}

/** Only building an engine needs these. */
function checkTool(name: string, found: Found, trains: boolean): DoctorCheck {
  if ('version' in found) return { name, status: 'ok', detail: found.version };
  return { name, status: trains ? 'warning' : 'missing', detail: `${found.missing}${trains ? ' (an engine is built already)' : ''}`, next: found.todo };
}

function checkCache({ folder, freeBytes }: { folder: string; freeBytes: number }, trains: boolean): DoctorCheck {
  const little = freeBytes < 2 * GIB && !trains;
  const detail = `${folder}: ${(freeBytes / GIB).toFixed(1)} GiB free`;
  return { name: 'cache', status: little ? 'warning' : 'ok', detail, ...(little && { next: 'free 2 GiB, or set SWAPGRAPH_CACHE to a folder on a larger disk' }) };
}

function checkProgram(name: string, args: readonly string[], use: string, next: string): DoctorCheck {
  const { status, stdout } = spawnSync(name, args, { encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return { name, status: 'ok', detail: stdout.split('\n')[0].trim() };
  return { name, status: 'warning', detail: `not found (optional: ${use})`, next };
}
