import path from 'node:path';
import type { Command } from 'commander';
import { failure } from '../../diagnostics/failure.ts';
import { shownPath } from '../../compose/files.ts';
import { readPlan, writeWhole } from '../../launch/run-files.ts';
import { renderReport, reportFileName, reportFormat } from '../../report/render.ts';
import { wantsColour } from '../../diagnostics/render.ts';
import { standardRegistry } from '../../standard-registry.ts';
import { readResult } from '../reports.ts';

/** `report DIR`: tables, curves, image grids and claims of what a folder holds so far. */
export function addReport(program: Command): void {
  program.command('report').argument('<dir>', 'the folder of a study').description('tables, curves, image grids and claims of what the folder holds so far')
    .option('--format <format>', 'html, md, latex, csv, csv-runs or json; a table on the terminal when left out')
    .option('-o, --out <file>', 'file to write; default: beside the runs ("-": standard output)')
    .action(report);
}

async function report(dir: string, flags: { readonly format?: string; readonly out?: string }): Promise<void> {
  const plan = readPlan(dir);
  if (!plan) throw failure('report/no-study', `${dir} is no folder of a study: it has no plan.json`, undefined, 'a folder that "swapgraph run" wrote, such as runs/normalization-quick');
  const result = readResult(dir, plan, { registry: standardRegistry(), command: `npx swapgraph report ${shownPath(path.resolve(dir))}` });
  if (flags.format === undefined) {
    console.log(await renderReport(result, 'terminal', { width: process.stdout.columns || 100, color: wantsColour(process.env, process.stdout.isTTY === true) }));
    return;
  }
  const format = reportFormat(flags.format);
  const text = await renderReport(result, format);
  if (flags.out === '-') return void process.stdout.write(text);
  const file = flags.out ?? path.join(dir, reportFileName(result, format));
  writeWhole(path.resolve(file), text);
  console.log(shownPath(path.resolve(file)));
}
