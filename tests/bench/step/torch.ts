import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../../lib/faces/assets/wheel.ts';

/** What the figures are compared with. */
const PACKAGES = ['torch==2.13.0', 'numpy', 'onnx'];

/** The Python of a virtual environment that holds PyTorch; made in the cache folder when missing, `SWAPGRAPH_BENCH_PYTHON` otherwise. */
export function torchPython(say: (text: string) => void): string {
  if (process.env.SWAPGRAPH_BENCH_PYTHON) return process.env.SWAPGRAPH_BENCH_PYTHON;
  const folder = path.join(cacheFolder(), 'bench-torch');
  const python = path.join(folder, 'bin/python');
  const mark = path.join(folder, 'complete');
  if (!existsSync(mark)) {
    say(`installing ${PACKAGES.join(', ')} into ${folder}`);
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdio: 'inherit' });
    writeFileSync(mark, '');
  }
  return python;
}
