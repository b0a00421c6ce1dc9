import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, sweep } from './cache.mjs';
import { areCompiled, binaries, compile, packageFolder } from './compile.mjs';
import { createConsole } from './console.mjs';
import { installDependencies } from './dependencies.mjs';
import { duration } from './format.mjs';
import { BINDING, linkEngine, writeStamp } from './install.mjs';
import { withLock } from './lock.mjs';
import { PACKAGES } from './pins.mjs';
import { announcement, checkSpace, survey } from './plan.mjs';
import { SetupProblem, lastLines, problemFromError } from './problem.mjs';
import { run } from './run.mjs';
import { storeWheel } from './store.mjs';
import { checkCLibrary, findCompiler, findPip } from './tools.mjs';

/** The folder that holds this package's package.json. */
export const PACKAGE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * Installs the npm packages (in a checkout only) and builds the native engine, doing only what is not done yet.
 * @param {{ gpu?: boolean, cudaLibraries?: boolean, root?: string, cache?: string, pins?: any, signal?: AbortSignal,
 *   console?: ReturnType<typeof createConsole> }} [options] `cudaLibraries: false` leaves out NVIDIA's wheels, where the system has CUDA;
 *   `pins` takes the place of wheels.json
 * @returns {Promise<{ changed: boolean }>}
 * @throws {AggregateError} of SetupProblems: what is missing, and what to do
 */
export async function setup({ gpu = false, cudaLibraries = true, root = PACKAGE_ROOT, cache = cacheFolder(), pins, signal, console = createConsole() } = {}) {
  const options = { root, cache, engine: gpu ? 'gpu' : 'cpu', cudaLibraries, pins };
  try {
    if (isDone(survey(options))) return { changed: false };
    const onWait = (holder) => console.say(`Another set-up (${holder}) is at work; waiting for it to finish …`);
    return await withLock(cache, onWait, () => bringAbout(options, { console, signal }), signal);
  } catch (error) {
    const problem = error instanceof SetupProblem ? error : problemFromError(error, 'set up');
    throw problem ? new AggregateError([problem], problem.message) : error;
  }
}

/** @param {import('./plan.mjs').Plan} plan */
const isDone = (plan) => !plan.npm && plan.done;

/**
 * @param {{ root: string, cache: string, engine: 'cpu' | 'gpu', cudaLibraries: boolean }} options
 * @param {{ console: ReturnType<typeof createConsole>, signal?: AbortSignal }} context
 */
async function bringAbout(options, { console, signal }) {
  const { root, cache, engine } = options;
  const started = performance.now();
  sweep(cache);
  let plan = survey(options); // another set-up may have finished meanwhile
  if (isDone(plan)) return { changed: false };
  const tools = await checkNeeds(plan, options);
  for (const line of announcement(plan, { cache, engine, bold: console.bold, ...tools })) console.say(line);
  const context = { console, signal, ...tools };

  if (plan.npm) await installDependencies(root, context);
  plan = { ...survey(options), npm: false };
  if (plan.done) return { changed: true };
  for (const wheel of plan.missing) await storeWheel(cache, wheel, context);
  await buildEngine(plan.wheels, options, context);
  console.say(`Set up in ${duration(performance.now() - started)}.`);
  return { changed: true };
}

/**
 * Looks for everything that will be needed, so that nothing is downloaded in vain; throws all that is missing at once.
 * @param {import('./plan.mjs').Plan} plan @param {{ root: string, cache: string }} options
 */
async function checkNeeds(plan, { root, cache }) {
  const problems = [];
  const attempt = async (check) => {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof SetupProblem)) throw error;
      problems.push(error);
    }
  };
  if (!plan.done) await attempt(() => checkCLibrary());
  await attempt(() => checkSpace(plan, root, cache));
  const pip = plan.missing.length > 0 ? await attempt(findPip) : undefined;
  const compilerIsNeeded = plan.compile === 'yes' || (plan.compile === 'perhaps' && plan.missing.length > 0);
  const compiler = compilerIsNeeded ? await attempt(findCompiler) : undefined;
  if (problems.length > 0) throw new AggregateError(problems, problems.map((problem) => problem.message).join('; '));
  return { pip, compiler };
}

/**
 * Compiles, links, tries and stamps one engine.
 * @param {readonly import('./pins.mjs').Wheel[]} wheels
 * @param {{ root: string, cache: string, engine: 'cpu' | 'gpu' }} options
 * @param {{ console: ReturnType<typeof createConsole>, signal?: AbortSignal, compiler?: { command: string, version: string } }} context
 */
async function buildEngine(wheels, { root, cache, engine }, context) {
  const folder = needPackage(root, PACKAGES[engine]);
  const headers = needPackage(root, 'node-api-headers');
  const addons = binaries(cache, folder, headers, wheels[0]);
  if (!areCompiled(addons)) await compile(cache, addons, { ...context, compiler: context.compiler ?? (await findCompiler()) });
  const files = linkEngine(cache, folder, wheels, addons);
  const found = await tryEngine(folder);
  writeStamp(folder, wheels, files);
  context.console.say(`TensorFlow ${found.tensorflowVersion} works in ${relative(root, join(folder, BINDING))}.`);
  if (engine === 'gpu' && !found.gpu) context.console.say('No GPU is visible to CUDA here: the GPU engine loads and computes on the CPU.');
}

/** @param {string} root @param {string} name */
function needPackage(root, name) {
  const folder = packageFolder(root, name);
  if (folder) return folder;
  throw new SetupProblem(
    `the npm package ${name} is not installed (npm leaves an optional package out when its own install script fails)`,
    `npm install --ignore-scripts ${name}, then run the same command again`,
  );
}

/**
 * Loads the engine in another process and multiplies two matrices.
 * @param {string} folder @returns {Promise<{ tensorflowVersion: string, gpu: boolean, correct: boolean }>}
 */
async function tryEngine(folder) {
  const { code, stdout, output } = await run(process.execPath, [fileURLToPath(new URL('./probe.mjs', import.meta.url)), folder]);
  const found = code === 0 ? JSON.parse(stdout.trim().split('\n').at(-1)) : undefined;
  if (found?.correct) return found;
  throw new SetupProblem(
    'the native engine was built but does not work',
    'see the error above; removing the cache folder and running the same command again builds everything anew',
    /^\w*Error: .*$/m.exec(output)?.[0] ?? lastLines(output, 8),
  );
}
