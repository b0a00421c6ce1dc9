/**
 * TensorFlow failed while a session ran. The error paths of its binding keep what they hold: a process in which this was thrown should
 * end, and another one go on from the last checkpoint.
 */
export class SessionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SessionError';
  }
}
