import { writeFileSync } from 'node:fs';
import { shownPath } from '../compose/files.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnosticsData, renderDiagnostics, wantsColour } from '../diagnostics/render.ts';

/** Diagnostics on standard error, for people. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  process.stderr.write(renderDiagnostics(diagnostics, { cwd: process.cwd(), colour: wantsColour(process.env, process.stderr.isTTY === true) }));
}

/** Plain data on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Diagnostics as JSON on standard output. */
export function printDiagnosticsJson(diagnostics: readonly Diagnostic[]): void {
  printJson({ ok: false, diagnostics: diagnosticsData(diagnostics, process.cwd()) });
}

/** A text to a file, which is named, or to standard output. */
export function write(text: string, file: string | undefined): void {
  if (file === undefined || file === '-') return void process.stdout.write(text);
  writeFileSync(file, text);
  console.log(shownPath(file));
}
