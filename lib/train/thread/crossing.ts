import { SessionError } from '../../compile/graph/session-error.ts';
import { NonFiniteError } from '../../compile/step/step-engine.ts';
import { errorData, errorFrom, type ErrorData } from '../../datasets/messages.ts';

/** An error on its way between threads: structured cloning would keep neither its class nor its fields. */
export interface CrossingError {
  readonly data: ErrorData;
  readonly kind: 'session' | 'other' | Pick<NonFiniteError, 'step' | 'phase' | 'terms' | 'what'>;
}

export function errorOut(error: unknown): CrossingError {
  return { data: errorData(error), kind: kindOf(error) };
}

/** The error again: of its own class where callers tell it from others by that. */
export function errorIn({ data, kind }: CrossingError): Error {
  const error = revived(data, kind);
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

function kindOf(error: unknown): CrossingError['kind'] {
  if (error instanceof NonFiniteError) return { step: error.step, phase: error.phase, terms: [...error.terms], what: error.what };
  return error instanceof SessionError ? 'session' : 'other';
}

function revived(data: ErrorData, kind: CrossingError['kind']): Error {
  if (kind === 'other') return errorFrom(data);
  if (kind === 'session') return new SessionError(data.message);
  return new NonFiniteError(kind.step, kind.phase, kind.terms, kind.what);
}
