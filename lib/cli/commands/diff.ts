import type { Command } from 'commander';
import { failure } from '../../diagnostics/failure.ts';
import { difference } from '../../report/diagram/difference.ts';
import { renderDifferenceSvg } from '../../report/diagram/draw-difference.ts';
import { renderDifference } from '../../report/diagram/difference-text.ts';
import { loadSubject } from '../load-subject.ts';
import { openProject } from '../open.ts';
import { addResolveOptions, append, choice, dimension, type ResolveFlags } from '../options.ts';
import { printJson, write } from '../output.ts';

const FORMATS = ['text', 'json', 'svg'] as const;

interface DiffFlags extends ResolveFlags {
  readonly format: (typeof FORMATS)[number];
  readonly json?: boolean;
  readonly out?: string;
  readonly dims: Readonly<Record<string, number>>;
  readonly setLeft: readonly string[];
  readonly setRight: readonly string[];
}

/** `diff A B`: nodes, settings, weights and costs that differ. */
export function addDiff(program: Command): void {
  const command = program.command('diff').argument('<left>', 'a graph or experiment').argument('<right>', 'another, or the same with --set-right').description('what two graphs or experiments differ in');
  addResolveOptions(command)
    .option('--set-left <pointer=value>', 'change a value of the left one (repeatable)', append, [])
    .option('--set-right <pointer=value>', 'change a value of the right one (repeatable)', append, [])
    .option('--format <format>', FORMATS.join(', '), choice(FORMATS), 'text')
    .option('--json', 'the same as --format json')
    .option('-o, --out <file>', 'file to write instead of standard output')
    .option('--dims <letter=size>', 'the size of a letter, such as D=512 (repeatable)', dimension, {})
    .action(diff);
}

async function diff(left: string, right: string, flags: DiffFlags): Promise<void> {
  const { context, registry } = await openProject([left, right], flags);
  const a = loadSubject(left, context, { ...flags, set: [...flags.set, ...flags.setLeft] });
  const b = loadSubject(right, context, { ...flags, set: [...flags.set, ...flags.setRight] });
  if (a.kind !== b.kind) throw failure('diff/kind', `expected two of one kind, received ${a.kind} "${a.name}" and ${b.kind} "${b.name}"`);
  const found = difference(a, b, registry);
  if (flags.json || flags.format === 'json') return printJson(found);
  write(flags.format === 'svg' ? await renderDifferenceSvg(a, b, found, registry) : `${renderDifference(found)}\n`, flags.out);
}
