// node lib/engine/setup/main.mjs [--gpu [--no-cuda-libraries]]: needs nothing but Node, so that it can run before node_modules exists.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createConsole } from './console.mjs';
import { PROBLEM_EXIT_CODE } from './problem.mjs';
import { setup } from './setup.mjs';

export { setup };

const USAGE = `usage: npm run setup -- [--gpu [--no-cuda-libraries]]
  --gpu                 build the GPU engine (CUDA 12, Linux x64) instead of the CPU engine
  --no-cuda-libraries   with --gpu: use the system's CUDA 12.5+ and cuDNN 9.3+, do not download NVIDIA's (2.8 GB)`;

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Runs set-up as a command; says what it does on standard error.
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code: 0 done, 2 usage, 3 something outside is missing, 128+n interrupted (repeat to go on)
 */
export async function runSetup(args) {
  const unknown = args.filter((arg) => !['--gpu', '--no-cuda-libraries', '--help'].includes(arg));
  const console = createConsole();
  if (unknown.length > 0 || args.includes('--help')) {
    console.say(unknown.length > 0 ? `unknown option ${unknown[0]}\n${USAGE}` : USAGE);
    return unknown.length > 0 ? 2 : 0;
  }
  const abort = new AbortController();
  let interrupted = 0;
  const onSignal = (signal) => {
    interrupted = SIGNALS[signal];
    abort.abort();
  };
  for (const signal of Object.keys(SIGNALS)) process.once(signal, onSignal);
  try {
    const { changed } = await setup({ gpu: args.includes('--gpu'), cudaLibraries: !args.includes('--no-cuda-libraries'), signal: abort.signal, console });
    // `npm test` and `quickstart` come through here each time: quiet unless set-up itself was asked for.
    if (!changed && (process.env.npm_lifecycle_event ?? 'setup') === 'setup') console.say('Everything is set up already.');
    return 0;
  } catch (error) {
    if (interrupted) {
      console.say('Set-up was interrupted; run the same command again to go on.');
      return interrupted;
    }
    return reportProblems(error, console);
  } finally {
    for (const signal of Object.keys(SIGNALS)) process.removeListener(signal, onSignal);
  }
}

/** @param {unknown} error @param {ReturnType<typeof createConsole>} console */
function reportProblems(error, console) {
  if (!(error instanceof AggregateError)) throw error;
  for (const problem of error.errors) {
    if (problem.detail) console.say(problem.detail.replace(/^/gm, '  | '));
    console.say(`${console.red('set-up cannot go on:')} ${problem.message}`);
    console.say(`  ${problem.todo}`);
  }
  return PROBLEM_EXIT_CODE;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await runSetup(process.argv.slice(2));
}
