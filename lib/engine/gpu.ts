import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Names of the NVIDIA GPUs that the driver shows to this process, without loading CUDA; empty where none is, or where
 * CUDA_VISIBLE_DEVICES hides them.
 */
export function visibleGpus(env: NodeJS.ProcessEnv = process.env, root = '/'): readonly string[] {
  const hidden = env.CUDA_VISIBLE_DEVICES;
  if (hidden !== undefined && /^\s*(-1.*|NoDevFiles|)\s*$/i.test(hidden)) return [];
  const folder = join(root, 'proc/driver/nvidia/gpus');
  if (existsSync(folder)) return readdirSync(folder).map((slot) => modelOf(join(folder, slot, 'information')));
  const devices = existsSync(join(root, 'dev')) ? readdirSync(join(root, 'dev')) : [];
  const numbered = devices.filter((name) => /^nvidia\d+$/.test(name)).map(() => 'NVIDIA GPU');
  // Windows lends its GPU to WSL2 through this device.
  return numbered.length === 0 && devices.includes('dxg') ? ['GPU of the Windows host'] : numbered;
}

function modelOf(path: string): string {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return /^Model:\s*(.+)$/m.exec(text)?.[1].trim() ?? 'NVIDIA GPU';
}
