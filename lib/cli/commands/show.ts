import type { Command } from 'commander';
import { describe } from '../../report/diagram/describe.ts';
import { renderTable } from '../../report/diagram/table.ts';
import { loadSubject } from '../load-subject.ts';
import { openProject } from '../open.ts';
import { addResolveOptions, choice, dimension, type ResolveFlags } from '../options.ts';
import { printJson } from '../output.ts';

const FORMATS = ['table', 'json'] as const;

interface ShowFlags extends ResolveFlags {
  readonly format: (typeof FORMATS)[number];
  readonly json?: boolean;
  readonly dims: Readonly<Record<string, number>>;
}

/** `show FILE`: nodes, shapes, parameters, MACs; a diagram. */
export function addShow(program: Command): void {
  const command = program.command('show').argument('<file>', 'a graph or experiment').description('nodes, shapes, parameters, MACs; a diagram');
  addResolveOptions(command)
    .option('--format <format>', FORMATS.join(', '), choice(FORMATS), 'table')
    .option('--json', 'the same as --format json')
    .option('--dims <letter=size>', 'the size of a letter, such as D=512 (repeatable)', dimension, {})
    .action(show);
}

async function show(file: string, flags: ShowFlags): Promise<void> {
  const { context, registry } = await openProject([file], flags);
  const subject = loadSubject(file, context, flags);
  if (flags.json || flags.format === 'json') return printJson(describe(subject, registry));
  process.stdout.write(`${renderTable(subject, registry)}\n`);
}
