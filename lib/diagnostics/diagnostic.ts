/** A place in a source file; lines and columns count from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type Severity = 'error' | 'warning';

/** One finding about the user's input: what was expected, what was received, where, and what to type instead. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span?: Span;
  readonly hint?: string;
  /** Related places, such as the call that led here, innermost first. */
  readonly notes?: readonly { readonly message: string; readonly span?: Span }[];
}

/** Thrown when the user's input is wrong; carries every diagnostic that was found before giving up. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(summary).join('\n'));
    this.name = 'DiagnosticError';
    this.diagnostics = Object.freeze([...diagnostics]);
  }
}

/** `file:line:col: error: message`, on one line. */
export function summary(d: Diagnostic): string {
  const place = d.span ? `${d.span.file}:${d.span.line}:${d.span.column}: ` : '';
  return `${place}${d.severity}: ${d.message}${d.hint ? ` (${d.hint})` : ''}`;
}
