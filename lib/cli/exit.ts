/** Exit codes of the command. */
export const EXIT = Object.freeze({ done: 0, input: 1, usage: 2, failed: 3, interrupted: 130 });

/** Thrown by a command to end with a code after it has said all there is to say. */
export class ExitError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.name = 'ExitError';
    this.code = code;
  }
}
