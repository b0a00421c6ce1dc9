import { Command, CommanderError } from 'commander';
import { suggestion } from '../diagnostics/nearest.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { commands } from './commands/index.ts';
import { EXIT, ExitError } from './exit.ts';
import { printDiagnostics, printDiagnosticsJson } from './output.ts';
import { version } from './version.ts';

async function main(args: readonly string[]): Promise<number> {
  try {
    const program = await programFor(args);
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return exitCode(error, args.includes('--json'));
  }
}

/** Only the command that is called gets its options and code: `check` starts without what `run` needs. */
async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('swapgraph').description('Face-swap research as YAML: networks, losses, experiments and ablations.').version(version());
  program.exitOverride().enablePositionalOptions();
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  const called = first === 'help' ? second : first;
  refuseUnknown(called);
  for (const { name, summary, load } of commands) {
    if (name === called) (await load())(program);
    else program.command(name).description(summary);
  }
  return program;
}

function refuseUnknown(name: string | undefined): void {
  if (name === undefined || name === 'help' || commands.some((c) => c.name === name)) return;
  console.error(`swapgraph: there is no command "${name}"; ${suggestion(name, commands.map((c) => c.name)) ?? ''}`);
  throw new ExitError(EXIT.usage);
}

function exitCode(error: unknown, json: boolean): number {
  if (error instanceof ExitError) return error.code;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof DiagnosticError) {
    (json ? printDiagnosticsJson : printDiagnostics)(error.diagnostics);
    return EXIT.input;
  }
  console.error(`swapgraph: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env.SWAPGRAPH_DEBUG && error instanceof Error) console.error(error.stack);
  else console.error('This is a defect; SWAPGRAPH_DEBUG=1 shows where.');
  return EXIT.failed;
}

// A command that can be resumed listens too and ends by itself.
process.on('SIGINT', () => { if (process.listenerCount('SIGINT') === 1) process.exit(EXIT.interrupted); });
// `swapgraph show … | head`: the reader has had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error; });

process.exitCode = await main(process.argv.slice(2));
