import type { Command } from 'commander';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnosticsData } from '../../diagnostics/render.ts';
import { shownPath } from '../../compose/files.ts';
import { counted } from '../../plan/amount.ts';
import { checkFile, type CheckResult } from '../../study/check.ts';
import { EXIT, ExitError } from '../exit.ts';
import { openProject } from '../open.ts';
import { addResolveOptions, type ResolveFlags } from '../options.ts';
import { printDiagnostics, printJson } from '../output.ts';

interface CheckFlags extends ResolveFlags {
  readonly json?: boolean;
}

/** `check FILE…`: all phases up to `plan`; exit 1 where there is an error. */
export function addCheck(program: Command): void {
  const command = program.command('check').argument('<file...>', 'graphs, experiments, ablations').description('find every mistake in graphs, experiments and ablations');
  addResolveOptions(command).option('--json', 'diagnostics as JSON').action(check);
}

async function check(files: readonly string[], flags: CheckFlags): Promise<void> {
  const { context } = await openProject(files, flags);
  const options = { set: flags.set, ...(flags.profile === undefined ? {} : { profile: flags.profile }) };
  const results: CheckResult[] = [];
  for (const file of files) results.push(await checkFile(file, context, options));
  if (flags.json) printJson({ ok: results.every((r) => r.ok), files: results.map(resultData) });
  else printResults(results);
  if (results.some((r) => !r.ok)) throw new ExitError(EXIT.input);
}

function resultData(result: CheckResult): unknown {
  return { ...result, file: shownPath(result.file), diagnostics: diagnosticsData(result.diagnostics, process.cwd()) };
}

function printResults(results: readonly CheckResult[]): void {
  // A mistake in a file that several others use is said once.
  const all = new Map<string, Diagnostic>();
  for (const d of results.flatMap((r) => r.diagnostics)) all.set(JSON.stringify([d.message, d.span]), d);
  printDiagnostics([...all.values()]);
  for (const r of results) if (r.ok) console.log(`${shownPath(r.file)}: ${r.kind ?? ''}, ${r.summary ?? ''}`);
  const count = (severity: Diagnostic['severity']): number => [...all.values()].filter((d) => d.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const wrong = results.filter((r) => !r.ok).length;
  if (wrong > 0) console.error(`${counted(errors, 'error')}${warnings > 0 ? `, ${counted(warnings, 'warning')}` : ''} in ${counted(wrong, 'file')}`);
}
