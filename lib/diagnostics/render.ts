import { readFileSync } from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import type { Diagnostic, Span } from './diagnostic.ts';

export interface RenderOptions {
  /** Files are shown relative to this folder. */
  readonly cwd: string;
  readonly colour: boolean;
  /** The text of a file for its code frame; default: the disk's. Undefined: no frame. */
  readonly source?: (file: string) => string | undefined;
}

/** Whether to write colours: NO_COLOR and FORCE_COLOR decide, else whether a terminal reads. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0') return true;
  return isTerminal && env.TERM !== 'dumb';
}

/** Diagnostics for people: the place, the message, the line with a caret under it, hint and notes. Ends with a newline. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  return diagnostics.map((d) => `${renderDiagnostic(d, options)}\n`).join('');
}

/** Diagnostics as plain data, with files as people read them. */
export function diagnosticsData(diagnostics: readonly Diagnostic[], cwd: string): readonly Diagnostic[] {
  const shown = (span: Span): Span => ({ ...span, file: shownFile(span.file, cwd) });
  return diagnostics.map((d) => ({
    ...d, ...(d.span ? { span: shown(d.span) } : {}),
    ...(d.notes ? { notes: d.notes.map((n) => ({ ...n, ...(n.span ? { span: shown(n.span) } : {}) })) } : {}),
  }));
}

function renderDiagnostic(d: Diagnostic, options: RenderOptions): string {
  const paint = pc.createColors(options.colour);
  const severity = d.severity === 'error' ? paint.red(paint.bold('error')) : paint.yellow(paint.bold('warning'));
  const gutter = ' '.repeat(d.span ? String(d.span.line).length : 1);
  const aside = (word: string, text: string): string => `${gutter} ${paint.cyan('=')} ${paint.bold(word)}: ${text}`;
  return [
    `${d.span ? `${paint.bold(place(d.span, options.cwd))}: ` : ''}${severity}: ${d.message}`,
    ...(d.span ? codeFrame(d.span, d.severity, options) : []),
    ...(d.hint === undefined ? [] : [aside('hint', d.hint)]),
    ...(d.notes ?? []).map((n) => aside('note', `${n.message}${n.span ? ` (${place(n.span, options.cwd)})` : ''}`)),
  ].join('\n');
}

/** `file:line:column`; a command-line option is its own place. */
function place(span: Span, cwd: string): string {
  return isOption(span.file) ? span.file : `${shownFile(span.file, cwd)}:${span.line}:${span.column}`;
}

const isOption = (file: string): boolean => file.startsWith('--');

function shownFile(file: string, cwd: string): string {
  if (isOption(file) || file === '') return file;
  const relative = path.relative(cwd, file);
  return relative !== '' && relative.length < file.length ? relative : file;
}

const MAX_WIDTH = 160;

/** The line of the span and a caret under what is meant; long lines are cut around it. */
function codeFrame(span: Span, severity: Diagnostic['severity'], options: RenderOptions): string[] {
  const line = (options.source ?? readSource)(span.file)?.split(/\r?\n/)[span.line - 1];
  if (line === undefined || line.trim() === '') return [];
  const paint = pc.createColors(options.colour);
  const start = Math.max(0, span.column - 1);
  const last = span.endLine === span.line ? Math.max(start + 1, span.endColumn - 1) : line.trimEnd().length;
  const cut = Math.max(0, Math.min(start - 40, line.length - MAX_WIDTH));
  const shown = line.slice(cut, cut + MAX_WIDTH).replaceAll('\t', ' ');
  const length = Math.max(1, Math.min(last, cut + MAX_WIDTH) - start);
  const number = String(span.line);
  const bar = paint.cyan('|');
  const caret = severity === 'error' ? paint.red('^'.repeat(length)) : paint.yellow('^'.repeat(length));
  return [`${paint.cyan(number)} ${bar} ${shown}`, `${' '.repeat(number.length)} ${bar} ${' '.repeat(start - cut)}${caret}`];
}

/** Frames are a help only: a file that cannot be read any more has none. */
function readSource(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
