import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Hears what went wrong with tracking; training is never interrupted for it. */
export type OnProblem = (problem: Diagnostic) => void;

/** Passes each kind of problem on once, so that a full disk is one line and not one for each step. */
export interface Problems {
  report(code: string, message: string, hint?: string): void;
}

export function onceEach(onProblem: OnProblem): Problems {
  const told = new Set<string>();
  return {
    report: (code, message, hint) => {
      if (told.has(code)) return;
      told.add(code);
      onProblem(Object.freeze({ code: `tracking/${code}`, severity: 'warning', message, ...(hint === undefined ? {} : { hint }) }));
    },
  };
}

/** The reason in an unknown thrown value, without its stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The operating system's error code (`ENOSPC`, `ECONNRESET`), where there is one. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Reports that a tracker's files could not be written, why, and what follows from it. */
export function reportDisk(problems: Problems, error: unknown, consequence: string): void {
  const full = errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT';
  const hint = full ? 'free some space; training goes on' : 'make the folder writable; training goes on';
  problems.report('disk', `${full ? 'the disk is full' : 'cannot write'}: ${reasonOf(error)}; ${consequence}`, hint);
}
