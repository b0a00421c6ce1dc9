import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../lib/engine/cache-folder.ts';

/** What the figures are compared with. */
const PACKAGES = ['torch==2.13.0', 'numpy', 'onnx', 'onnxruntime==1.32.0'];

/** Writes `model.onnx` into a folder that has weights and a batch. */
export function exportOnnx(folder: string, say: (text: string) => void): void {
  const script = fileURLToPath(new URL('torch_step.py', import.meta.url));
  execFileSync(torchPython(say), [script, folder, 'export'], { stdio: 'pipe', env: { ...process.env, TF_NUM_INTRAOP_THREADS: '1' } });
}

/** The Python of a virtual environment that holds PyTorch; made in the cache folder when missing, `SWAPGRAPH_BENCH_PYTHON` otherwise. */
export function torchPython(say: (text: string) => void): string {
  if (process.env.SWAPGRAPH_BENCH_PYTHON) return process.env.SWAPGRAPH_BENCH_PYTHON;
  const folder = path.join(cacheFolder(), 'bench-torch');
  const python = path.join(folder, 'bin/python');
  const mark = path.join(folder, 'complete');
  // The mark names what was installed: a longer list installs again.
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== PACKAGES.join('\n')) {
    say(`installing ${PACKAGES.join(', ')} into ${folder}`);
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdio: 'inherit' });
    writeFileSync(mark, PACKAGES.join('\n'));
  }
  return python;
}
