import { run } from './run.mjs';
import { SetupProblem, lastLines } from './problem.mjs';

const OLDEST_PIP = [20, 3]; // the first that knows `manylinux_2_27`

/**
 * The command that starts pip: `PYTHON`, python3 or python with its pip module, else a bare pip.
 * @param {NodeJS.ProcessEnv} [env] @returns {Promise<{ command: string, args: string[], version: string }>}
 */
export async function findPip(env = process.env) {
  const pythons = env.PYTHON ? [env.PYTHON] : ['python3', 'python'];
  let python;
  for (const [command, args] of [...pythons.map((name) => [name, ['-m', 'pip']]), ['pip3', []]]) {
    const { code, output } = await run(command, [...args, '--version'], { env });
    if (code === 0) return checkPip(command, args, output);
    if (code !== 127 && args.length > 0) python = command;
  }
  throw python
    ? new SetupProblem(`${python} has no pip, which fetches TensorFlow`, 'install it: apt-get install python3-pip, or the like on your system')
    : new SetupProblem('neither python3 nor pip was found; pip fetches TensorFlow', 'install them: apt-get install python3 python3-pip, or the like on your system');
}

/** @param {string} command @param {string[]} args @param {string} output of `--version` */
function checkPip(command, args, output) {
  const version = /pip (\d+(?:\.\d+)*)/.exec(output)?.[1] ?? '0';
  const [major, minor] = version.split('.').map(Number);
  if (major < OLDEST_PIP[0] || (major === OLDEST_PIP[0] && minor < OLDEST_PIP[1])) {
    throw new SetupProblem(`pip ${version} is too old (${OLDEST_PIP.join('.')} or newer is needed)`, `update it: ${command} ${[...args, 'install', '--user', '--upgrade', 'pip'].join(' ')}`);
  }
  return { command, args, version };
}

/** The C++ compiler's command: `CXX`, else g++, c++ or clang++. @param {NodeJS.ProcessEnv} [env] */
export async function findCompiler(env = process.env) {
  for (const command of env.CXX ? [env.CXX] : ['g++', 'c++', 'clang++']) {
    const { code, stdout } = await run(command, ['--version'], { env });
    if (code === 0) return { command, version: lastLines(stdout.split('\n')[0], 1) };
  }
  throw new SetupProblem(
    env.CXX ? `the C++ compiler CXX=${env.CXX} does not run` : 'no C++ compiler was found (g++, c++, clang++); it builds the binding between Node and TensorFlow',
    'install one: apt-get install g++, or the like on your system',
  );
}

/** Refuses a C library that the pinned wheels cannot run on. */
export function checkCLibrary(glibc = process.report.getReport().header.glibcVersionRuntime) {
  const [major, minor] = (glibc ?? '0.0').split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 27)) return;
  throw new SetupProblem(
    glibc ? `glibc ${glibc} is too old (2.27 or newer is needed)` : "TensorFlow's wheels need glibc, and this system has another C library (Alpine's musl?)",
    'use a Debian-, Ubuntu- or Fedora-like system or container; check, show, predict and swap also run with --engine wasm',
  );
}
