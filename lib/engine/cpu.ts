import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus } from 'node:os';

/** Instruction sets that change TensorFlow's speed or the last bits of its results; names as in /proc/cpuinfo. */
const TOLD_OF = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16', 'asimd', 'sve', 'bf16'];

/** The processor's instruction sets that matter here, sorted; empty where the system does not tell (not Linux). */
export function cpuFeatures(cpuinfo: string = readCpuinfo()): readonly string[] {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  const flags = new Set(line.split(/\s+/));
  return TOLD_OF.filter((name) => flags.has(name)).sort();
}

/** Whether bfloat16 convolutions run in hardware, which doubles their speed; without it they are slower than float32. */
export function hasFastBfloat16(features: readonly string[]): boolean {
  return ['avx512_bf16', 'amx_bf16', 'bf16'].some((name) => features.includes(name));
}

/** The processor's name and the cores this process may use. */
export function describeCpu(): { model: string; architecture: string; cores: number } {
  return { model: cpus()[0]?.model ?? 'unknown', architecture: arch(), cores: availableParallelism() };
}

function readCpuinfo(): string {
  return process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
}
