import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { platformTag } from './pins.mjs';
import { SetupProblem, problemFromOutput } from './problem.mjs';

/**
 * Downloads one pinned wheel through pip, whatever Python pip itself runs on, and checks its SHA-256.
 * @param {import('./pins.mjs').Wheel} wheel
 * @param {string} folder an empty scratch folder; pip's own temporary files go there too, so that they can be counted and swept
 * @param {{ command: string, args: string[] }} pip
 * @param {(bytes: number) => void} onBytes bytes downloaded so far
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} the path of the wheel
 */
export async function downloadWheel(wheel, folder, pip, onBytes, signal) {
  const temporary = join(folder, 'pip');
  const into = join(folder, 'wheel');
  mkdirSync(temporary, { recursive: true });
  mkdirSync(into, { recursive: true });
  const doing = `download ${wheel.name} ${wheel.version}`;
  const watch = setInterval(() => onBytes(Math.min(wheel.bytes, bytesBelow(folder))), 250);
  try {
    const { code, output } = await run(pip.command, [...pip.args, ...pipArguments(wheel, into)], { env: { ...process.env, TMPDIR: temporary }, signal });
    if (code !== 0) throw problemFromOutput(doing, output, 'see what pip says above; PIP_INDEX_URL or PIP_FIND_LINKS=DIR can point it to another source');
  } finally {
    clearInterval(watch);
  }
  const path = join(into, onlyWheel(into, doing));
  await verify(path, wheel);
  return path;
}

/** @param {import('./pins.mjs').Wheel} wheel @param {string} into */
function pipArguments(wheel, into) {
  const python = /-cp(\d)(\d+)-/.exec(wheel.file);
  const interpreter = python ? ['--python-version', `${python[1]}.${python[2]}`, '--implementation', 'cp', '--abi', `cp${python[1]}${python[2]}`] : [];
  return [
    ...['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off'],
    ...['--retries', '3', '--platform', platformTag(wheel), ...interpreter, '--dest', into, `${wheel.name}==${wheel.version}`],
  ];
}

/** @param {string} folder @param {string} doing */
function onlyWheel(folder, doing) {
  const wheels = readdirSync(folder).filter((name) => name.endsWith('.whl'));
  if (wheels.length === 1) return wheels[0];
  throw new SetupProblem(`cannot ${doing}: pip left ${wheels.length} wheels instead of one`, 'run the same command again; if it happens again, update pip');
}

/** Complains where a file is not the pinned one. @param {string} path @param {import('./pins.mjs').Wheel} wheel */
export async function verify(path, wheel) {
  const received = await sha256(path);
  if (received === wheel.sha256) return;
  throw new SetupProblem(
    `${wheel.name} ${wheel.version} has the wrong checksum (expected SHA-256 ${wheel.sha256}, received ${received}); it was thrown away`,
    'run the same command again; if it happens again, your package source (PIP_INDEX_URL, PIP_FIND_LINKS, a proxy) serves an altered file',
  );
}

/** @param {string} path */
export async function sha256(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** The size of the largest file below a folder: pip moves or copies the wheel when it is complete. @param {string} folder @returns {number} */
function bytesBelow(folder) {
  let largest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    try {
      largest = Math.max(largest, statSync(join(entry.parentPath ?? entry.path, entry.name)).size);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error; // pip removed it meanwhile
    }
  }
  return largest;
}
