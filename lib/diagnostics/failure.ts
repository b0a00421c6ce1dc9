import { DiagnosticError, type Diagnostic, type Span } from './diagnostic.ts';

/** One error about the user's input, ready to throw. */
export function failure(code: string, message: string, span?: Span, hint?: string): DiagnosticError {
  return new DiagnosticError([errorAt(code, message, span, hint)]);
}

export function errorAt(code: string, message: string, span?: Span, hint?: string): Diagnostic {
  return { code, severity: 'error', message, ...(span ? { span } : {}), ...(hint === undefined ? {} : { hint }) };
}
