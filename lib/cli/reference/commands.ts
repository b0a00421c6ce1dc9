import { Command } from 'commander';
import type { CommandEntry } from '../commands/index.ts';
import { page, table } from './markdown.ts';

/** `docs/reference/commands.md`. */
export async function commandsPage(entries: readonly CommandEntry[]): Promise<string> {
  const program = new Command('swapgraph');
  for (const { load } of entries) (await load())(program);
  return page('Commands', '`lib/cli/commands`', 'Run them as `npx swapgraph COMMAND`, in a checkout and in a project that installed the package alike.',
    ...program.commands.map(section), '## Exit codes', table(['code', 'meaning'], [
      ['0', 'done'], ['1', 'the user\'s input is wrong; a diagnostic says where'], ['2', 'usage'], ['3', 'the run failed; its state is kept'], ['130', 'interrupted; the same command goes on'],
    ]), 'With `--json` mistakes go to standard output as data too. `NO_COLOR` switches colours off, `SWAPGRAPH_DEBUG=1` shows where a defect happened. `SWAPGRAPH_CACHE` is the folder that keeps what is built, downloaded and computed for later runs (default `~/.cache/swapgraph`).');
}

function section(command: Command): string {
  const args = command.registeredArguments.map((a) => [`\`${a.name()}\`${a.variadic ? ' …' : ''}`, a.required ? a.description : `${a.description} (optional)`]);
  const options = command.options.map((o) => [`\`${o.flags}\``, `${o.description}${o.defaultValue !== undefined && isShown(o.defaultValue) ? ` (default ${String(o.defaultValue)})` : ''}`]);
  const rows = [...args, ...options];
  return [`## ${command.name()}`, `\`swapgraph ${command.name()} ${command.usage()}\``, `${sentence(command.description())}`, rows.length > 0 ? table(['argument or option', 'meaning'], rows) : ''].filter((p) => p !== '').join('\n\n');
}

const isShown = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
