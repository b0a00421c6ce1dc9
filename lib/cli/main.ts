import { Command, CommanderError } from 'commander';
import { DiagnosticError, summary } from '../diagnostics/diagnostic.ts';
import { commands } from './commands/index.ts';
import { EXIT, ExitError } from './exit.ts';
import { version } from './version.ts';

async function main(args: readonly string[]): Promise<number> {
  const program = new Command('swapgraph').description('Face-swap research as YAML: networks, losses, experiments and ablations.').version(version());
  program.exitOverride().showSuggestionAfterError().enablePositionalOptions();
  for (const add of commands) add(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return exitCode(error);
  }
}

function exitCode(error: unknown): number {
  if (error instanceof ExitError) return error.code;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof DiagnosticError) {
    error.diagnostics.forEach((d) => console.error(summary(d)));
    return EXIT.input;
  }
  console.error(`swapgraph: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env.SWAPGRAPH_DEBUG && error instanceof Error) console.error(error.stack);
  else console.error('This is a defect; SWAPGRAPH_DEBUG=1 shows where.');
  return EXIT.failed;
}

process.exitCode = await main(process.argv.slice(2));
