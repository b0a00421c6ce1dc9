import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publish, scratch } from './cache.mjs';
import { problemFromOutput } from './problem.mjs';
import { run } from './run.mjs';
import { storedAt } from './store.mjs';

const FLAGS = ['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
const LINK = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', '-Wl,-rpath,$ORIGIN/../../deps/lib'];

/**
 * What a compiled binding depends on, and where the cache keeps it.
 * @param {string} cache @param {string} tfjsNode folder of the npm package @param {string} headers folder of node-api-headers @param {import('./pins.mjs').Wheel} tensorflow
 */
export function bindingAt(cache, tfjsNode, headers, tensorflow) {
  const hash = createHash('sha256');
  const folder = join(tfjsNode, 'binding');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  const versions = [version(headers), tensorflow.sha256, process.platform, process.arch, process.report.getReport().header.glibcVersionRuntime];
  hash.update(JSON.stringify([FLAGS, LINK, versions]));
  return join(cache, 'bindings', `tfjs-${hash.digest('hex').slice(0, 20)}.node`);
}

/**
 * Compiles tfjs-node's two C++ files against the unpacked TensorFlow and Node-API's headers, unless the cache has the result.
 * @param {string} cache @param {string} tfjsNode @param {string} headers @param {import('./pins.mjs').Wheel} tensorflow
 * @param {{ compiler?: { command: string, version: string }, console: ReturnType<typeof import('./console.mjs').createConsole>, signal?: AbortSignal }} context
 * @returns {Promise<string>} the path of the binding in the cache
 */
export async function compileBinding(cache, tfjsNode, headers, tensorflow, { compiler, console, signal }) {
  const binding = bindingAt(cache, tfjsNode, headers, tensorflow);
  if (existsSync(binding)) return binding;
  const library = storedAt(cache, tensorflow);
  const folder = scratch(cache, 'compile');
  const step = console.step(`Compiling the binding with ${compiler.version}`);
  const tick = setInterval(() => step.update(0), 500);
  try {
    const output = join(folder, 'tfjs_binding.node');
    const sources = readdirSync(join(tfjsNode, 'binding')).filter((name) => name.endsWith('.cc'));
    const args = [...FLAGS, '-I', join(headers, 'include'), '-I', join(library, 'include'), '-I', tfjsNode];
    const inputs = [...sources.map((name) => join(tfjsNode, 'binding', name)), '-L', join(library, 'lib'), ...LINK, '-o', output];
    const result = await run(compiler.command, [...args, ...inputs], { env: { ...process.env, TMPDIR: folder }, signal });
    if (result.code !== 0) throw problemFromOutput('compile the binding', result.output, `see what ${compiler.command} says above; g++ 9 or newer is needed (CXX names another one)`);
    publish(output, binding);
  } finally {
    clearInterval(tick);
    step.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  step.done();
  return binding;
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
