import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { shownPath } from '../../compose/files.ts';
import { ENGINE_NAMES, type EngineChoice } from '../../engine/contract.ts';
import type { Registry } from '../../registry/registry.ts';
import { openProject } from '../open.ts';
import { append, positive } from '../options.ts';
import { runStudy, type StudyEvent } from '../../launch/run-study.ts';
import { expandFile } from '../../study/expand.ts';
import { runsOf, type StudyPlan } from '../../study/plan.ts';
import { createTracker, systemClock } from '../../tracking/index.ts';
import { EXIT, ExitError } from '../exit.ts';
import { Progress } from '../progress.ts';
import { addHoistOptions, bytesOfGib, DEFAULT_GIB, hoistingOf, type HoistFlags } from '../hoist.ts';
import { planText, type MemoryPredictor } from '../plan-text.ts';
import { writeReports } from '../reports.ts';
import { StudyTracker } from '../track.ts';

interface RunFlags extends HoistFlags {
  readonly profile?: string;
  readonly set: readonly string[];
  readonly seeds?: number;
  readonly jobs: number;
  readonly engine: EngineChoice;
  readonly threads?: number;
  readonly plan?: boolean;
  readonly eager?: boolean;
  readonly out?: string;
  readonly allowPlugins?: boolean;
  readonly plugin: readonly string[];
}

/** `run FILE`: an experiment, ablation or sweep; starting it again goes on where it stopped. */
export function addRun(program: Command): void {
  const command = program.command('run').argument('<file>', 'experiment or ablation').description('train, evaluate and report; starting it again goes on where it stopped')
    .option('--profile <name>', 'a profile of the file, such as quick')
    .option('--set <pointer=value>', 'change a value of the experiment (repeatable)', append, [])
    .option('--seeds <n>', 'number of seeds', positive)
    .option('--jobs <n>', 'runs at once, each a process', positive, 1)
    .option('--engine <name>', `auto, ${ENGINE_NAMES.join(', ')}`, 'auto')
    .option('--threads <n>', 'threads of the engine', positive)
    .option('--eager', 'train and evaluate op by op instead of by compiled graphs: slower, for debugging')
    .option('--plan', 'say what would run and how much memory a run takes, and stop')
    .option('--out <dir>', 'folder of the results; default runs/<name>')
    .option('--allow-plugins', 'run the modules that the files name under "plugins"')
    .option('--plugin <file>', 'a module with ops, data sets, metrics or optimisers of your own; its code runs (repeatable)', append, [])
    .action((file: string, flags: RunFlags) => run(file, flags));
  addHoistOptions(command);
}

async function run(file: string, flags: RunFlags): Promise<void> {
  const { context, registry, plugins } = await openProject([file], flags);
  const plan = expandFile(file, context, flags);
  if (flags.plan) return void console.log(await planText(plan, registry, (experiment) => hoistingOf(experiment, registry, flags), await memoryPredictor(flags, registry)));
  const dir = path.resolve(flags.out ?? path.join('runs', plan.profile === undefined ? plan.name : `${plan.name}-${plan.profile}`));
  const abort = new AbortController();
  let asked = 0;
  process.on('SIGINT', () => { abort.abort(); if (++asked > 2) process.exit(EXIT.interrupted); });
  process.on('SIGTERM', () => abort.abort());
  const progress = new Progress({ stream: process.stderr, now: () => performance.now() / 1000 });
  const clock = systemClock();
  const tracker = new StudyTracker(createTracker({ dir, clock, env: process.env, onProblem: (d) => progress.say(`tracking: ${d.message}`) }), clock, plan, dir);
  const failed = await follow(plan, dir, { ...flags, plugin: plugins }, { progress, tracker, abort });
  const written = await writeReports(dir, plan, { registry, command: commandLine(file, flags) });
  const status = abort.signal.aborted ? 'KILLED' : failed > 0 ? 'FAILED' : 'FINISHED';
  await tracker.end(status, written.files);
  progress.end();
  console.log(written.table);
  console.log(nextSteps(dir, written.files, status, commandLine(file, flags)));
  if (abort.signal.aborted) throw new ExitError(EXIT.interrupted);
  if (failed > 0) throw new ExitError(EXIT.failed);
}

/** Predicts compiled training; op by op nothing is predicted, and without a native engine nothing can be. */
async function memoryPredictor(flags: RunFlags, registry: Registry): Promise<MemoryPredictor | undefined> {
  if (flags.eager) return undefined;
  const { loadEngine } = await import('../../engine/engine.ts');
  const { binding } = await loadEngine({ engine: flags.engine });
  if (!binding) return undefined;
  const { predictRun } = await import('../../plan/predict-run.ts');
  return (experiment, hoist) => predictRun(experiment, registry, hoist);
}

interface Watchers {
  readonly progress: Progress;
  readonly tracker: StudyTracker;
  readonly abort: AbortController;
}

/** Runs the study and tells what happens; gives the number of failed runs. */
async function follow(plan: StudyPlan, dir: string, flags: RunFlags, { progress, tracker, abort }: Watchers): Promise<number> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = fileURLToPath(new URL(`../run-child.${extension}`, import.meta.url));
  const events = runStudy(plan, { dir, jobs: flags.jobs, engine: flags.engine, plugins: flags.plugin, entry, env: process.env, signal: abort.signal, ...(flags.threads ? { threads: flags.threads } : {}), ...(flags.eager ? { eager: true } : {}), ...(flags.hoist ? { hoistLimit: bytesOfGib(flags.hoistLimit) } : {}) });
  const notices = new Set<string>();
  let failed = 0;
  for await (const event of events) {
    if (event.type === 'study') await tracker.begin();
    failed += await show(event, plan, dir, progress, tracker, notices);
  }
  return failed;
}

async function show(event: StudyEvent, plan: StudyPlan, dir: string, progress: Progress, tracker: StudyTracker, notices: Set<string>): Promise<number> {
  const total = runsOf(plan).length;
  if (event.type === 'study') {
    progress.start(event.steps);
    progress.say(`${plan.name}: ${plan.variants.length} variants x ${plan.seeds.length} seeds in ${shownPath(dir)}${event.done > 0 ? `; ${event.done} of ${event.runs} runs are done` : ''}`);
  } else if (event.type === 'run-started') {
    progress.say(`[${event.index + 1}/${total}] ${event.key.variant}, seed ${event.key.seed}${event.until === undefined ? '' : `, to step ${event.until}`}`);
  } else if (event.type === 'run') {
    const { message } = event;
    if (message.type === 'notice' && !notices.has(message.text)) progress.say(message.text);
    if (message.type === 'notice') notices.add(message.text);
    if (message.type === 'restart') progress.say(`${event.key.variant}, seed ${event.key.seed}: ${message.message} at step ${message.step}; going on from the last checkpoint in a new process`);
    if (message.type === 'event') {
      progress.event(`${event.key.variant}/${event.key.seed}`, message.event);
      await tracker.event(event.key, message.event);
    }
  } else {
    await tracker.ended(event.key, event.record, event.failure);
    if (event.failure) progress.say(`${event.key.variant}, seed ${event.key.seed} failed: ${event.failure}`);
    return event.failure ? 1 : 0;
  }
  return 0;
}

function commandLine(file: string, flags: RunFlags): string {
  const quoted = (text: string): string => (/^[\w./=:@-]+$/.test(text) ? text : `'${text}'`);
  const parts = ['npx swapgraph run', quoted(shownPath(path.resolve(file)))];
  if (flags.profile) parts.push('--profile', flags.profile);
  for (const s of flags.set) parts.push('--set', quoted(s));
  if (flags.seeds) parts.push('--seeds', String(flags.seeds));
  if (flags.eager) parts.push('--eager');
  if (!flags.hoist) parts.push('--no-hoist');
  if (flags.hoistLimit !== DEFAULT_GIB) parts.push('--hoist-limit', String(flags.hoistLimit));
  if (flags.out) parts.push('--out', quoted(flags.out));
  return parts.join(' ');
}

function nextSteps(dir: string, files: readonly string[], status: string, again: string): string {
  const shown = shownPath(dir);
  if (status === 'KILLED') return `\nInterrupted; nothing is lost. Go on with:\n  ${again}`;
  return [
    '', 'Open:', ...files.map((f) => `  ${shownPath(f)}`), 'Next:',
    `  npx swapgraph report ${shown} --format latex`,
    `  MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${shown}/mlruns`,
  ].join('\n');
}
