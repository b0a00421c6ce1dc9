import type { Command } from 'commander';
import type { Registry } from '../../registry/registry.ts';
import { describe } from '../../report/diagram/describe.ts';
import { draw } from '../../report/diagram/draw.ts';
import { layOut } from '../../report/diagram/layout.ts';
import { renderMermaid } from '../../report/diagram/mermaid.ts';
import type { Subject } from '../../report/diagram/subject.ts';
import { renderSvg } from '../../report/diagram/svg.ts';
import { renderTable } from '../../report/diagram/table.ts';
import { DEFAULT_GIB, hoistingLines } from '../hoist.ts';
import { loadSubject } from '../load-subject.ts';
import { openProject } from '../open.ts';
import { addResolveOptions, choice, dimension, positive, type ResolveFlags } from '../options.ts';
import { printJson, write } from '../output.ts';

const FORMATS = ['table', 'json', 'mermaid', 'svg'] as const;
/** As `run` hoists without flags. */
const SHOWN = { hoist: true, hoistLimit: DEFAULT_GIB };
const DIRECTIONS = ['down', 'right'] as const;

interface ShowFlags extends ResolveFlags {
  readonly format: (typeof FORMATS)[number];
  readonly json?: boolean;
  readonly depth?: number;
  readonly direction: (typeof DIRECTIONS)[number];
  readonly out?: string;
  readonly dims: Readonly<Record<string, number>>;
}

/** `show FILE`: nodes, shapes, parameters, MACs; a diagram. */
export function addShow(program: Command): void {
  const command = program.command('show').argument('<file>', 'a graph or experiment').description('nodes, shapes, parameters, MACs; a diagram');
  addResolveOptions(command)
    .option('--format <format>', FORMATS.join(', '), choice(FORMATS), 'table')
    .option('--json', 'the same as --format json')
    .option('--depth <n>', 'calls inside calls that a diagram draws open; as many as a page takes, when left out', positive)
    .option('--direction <direction>', `of a diagram: ${DIRECTIONS.join(', ')}`, choice(DIRECTIONS), 'down')
    .option('-o, --out <file>', 'file to write instead of standard output')
    .option('--dims <letter=size>', 'the size of a letter, such as D=512 (repeatable)', dimension, {})
    .action(show);
}

async function show(file: string, flags: ShowFlags): Promise<void> {
  const { context, registry } = await openProject([file], flags);
  const subject = loadSubject(file, context, flags);
  if (flags.json || flags.format === 'json') return printJson(await description(subject, registry));
  write(`${flags.format === 'table' ? await table(subject, registry) : await diagram(subject, registry, flags)}\n`, flags.out);
}

/** With the lines about hoisting, of an experiment. */
async function description(subject: Subject, registry: Registry): Promise<object> {
  const { experiment } = subject;
  return { ...describe(subject, registry), ...(experiment ? { hoisting: await hoistingLines(experiment, registry, SHOWN) } : {}) };
}

async function table(subject: Subject, registry: Registry): Promise<string> {
  const hoisting = subject.experiment ? await hoistingLines(subject.experiment, registry, SHOWN) : [];
  return [renderTable(subject, registry), ...hoisting].join('\n');
}

async function diagram(subject: Subject, registry: Registry, flags: ShowFlags): Promise<string> {
  const drawing = draw(subject, { registry, ...(flags.depth === undefined ? {} : { depth: flags.depth }) });
  const direction = flags.direction === 'down' ? 'DOWN' : 'RIGHT';
  if (flags.format === 'mermaid') return renderMermaid(drawing, direction);
  return renderSvg(drawing, await layOut(drawing, direction)).trimEnd();
}
