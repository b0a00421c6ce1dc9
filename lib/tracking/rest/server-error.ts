/** A request that did not succeed. */
export class ServerError extends Error {
  /** HTTP status; 0 where no answer came, or none that could be read. */
  readonly status: number;
  /** MLflow's `error_code`, such as `RESOURCE_ALREADY_EXISTS`. */
  readonly code: string;
  /** True where the same request may succeed later: no answer, 408, 425, 429 and 5xx. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: { status: number; code?: string; retryAfterMs?: number; retryable?: boolean }) {
    super(message);
    this.name = 'ServerError';
    this.status = facts.status;
    this.code = facts.code ?? '';
    this.retryAfterMs = facts.retryAfterMs;
    const { status } = facts;
    this.retryable = facts.retryable ?? (status === 0 || status === 408 || status === 425 || status === 429 || status >= 500);
  }
}

/** Milliseconds that a `Retry-After` header asks for (seconds or a date), at most ten minutes; undefined where it says nothing. */
export function retryAfter(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 600_000) : undefined;
}
