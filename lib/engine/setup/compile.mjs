import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publish, scratch } from './cache.mjs';
import { problemFromOutput } from './problem.mjs';
import { run } from './run.mjs';
import { storedAt } from './store.mjs';

const FLAGS = ['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
const LINK = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
const DIVERT = fileURLToPath(new URL('./divert-stderr.cc', import.meta.url));

/** @typedef {{ output: string, sources: string[], args: string[] }} Binary a path in the cache, and what g++ makes it from */

/**
 * The two addons of an engine: tfjs-node's binding and our own that diverts standard error. Each one's name in the cache is a hash of all
 * that it depends on, the compiler left out: a cached one needs no compiler.
 * @param {string} cache @param {string} tfjsNode folder of the npm package @param {string} headers folder of node-api-headers @param {import('./pins.mjs').Wheel} tensorflow
 * @returns {{ binding: Binary, divert: Binary }}
 */
export function binaries(cache, tfjsNode, headers, tensorflow) {
  const folder = join(tfjsNode, 'binding');
  const names = readdirSync(folder).sort();
  const machine = [version(headers), process.platform, process.arch, process.report.getReport().header.glibcVersionRuntime];
  const named = (kind, recipe, files) => join(cache, 'bindings', `${kind}-${hashOf([...machine, ...recipe], files)}.node`);
  const library = storedAt(cache, tensorflow);
  return {
    binding: {
      output: named('tfjs', [...FLAGS, ...LINK, tensorflow.sha256], names.map((name) => join(folder, name))),
      sources: names.filter((name) => name.endsWith('.cc')).map((name) => join(folder, name)),
      args: ['-I', join(headers, 'include'), '-I', join(library, 'include'), '-I', tfjsNode, '-L', join(library, 'lib'), ...LINK],
    },
    divert: { output: named('divert', FLAGS, [DIVERT]), sources: [DIVERT], args: ['-I', join(headers, 'include')] },
  };
}

/** Whether the cache holds both. @param {{ binding: Binary, divert: Binary }} both */
export function areCompiled({ binding, divert }) {
  return existsSync(binding.output) && existsSync(divert.output);
}

/**
 * Compiles those of the two that the cache lacks.
 * @param {string} cache @param {{ binding: Binary, divert: Binary }} both
 * @param {{ compiler: { command: string, version: string }, console: ReturnType<typeof import('./console.mjs').createConsole>, signal?: AbortSignal }} context
 */
export async function compile(cache, both, { compiler, console, signal }) {
  const folder = scratch(cache, 'compile');
  const step = console.step(`Compiling the binding with ${compiler.version}`);
  const tick = setInterval(() => step.update(0), 500);
  try {
    for (const [name, { output, sources, args }] of Object.entries(both)) {
      if (existsSync(output)) continue;
      const made = join(folder, `${name}.node`);
      const result = await run(compiler.command, [...FLAGS, ...sources, ...args, '-o', made], { env: { ...process.env, TMPDIR: folder }, signal });
      if (result.code !== 0) throw problemFromOutput('compile the binding', result.output, `see what ${compiler.command} says above; g++ 9 or newer is needed (CXX names another one)`);
      publish(made, output);
    }
  } finally {
    clearInterval(tick);
    step.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  step.done();
}

/** @param {readonly (string | undefined)[]} recipe @param {readonly string[]} files */
function hashOf(recipe, files) {
  const hash = createHash('sha256').update(JSON.stringify(recipe));
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 20);
}

/** @param {string} folder of an npm package */
function version(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

/** The folder of an installed npm package, found from `root` as Node would, or undefined. @param {string} root @param {string} name */
export function packageFolder(root, name) {
  for (let at = root; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(at) === at) return undefined;
  }
}
