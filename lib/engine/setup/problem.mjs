/** Something set-up needs and does not find: what is wrong, and one line saying what to do. */
export class SetupProblem extends Error {
  /**
   * @param {string} what
   * @param {string} todo
   * @param {string} [detail] the last lines of the tool that failed
   */
  constructor(what, todo, detail) {
    super(what);
    this.name = 'SetupProblem';
    this.todo = todo;
    this.detail = detail;
  }
}

/** The exit code of a set-up that cannot finish for want of something outside it. */
export const PROBLEM_EXIT_CODE = 3;

/**
 * A problem told from the output of a tool (npm, pip, g++) that failed.
 * @param {string} doing for instance `download tensorflow-cpu 2.21.0`
 * @param {string} output
 * @param {string} otherwise what to do where the output fits no known cause
 */
export function problemFromOutput(doing, output, otherwise) {
  const detail = lastLines(output, 8);
  if (/ENOSPC|No space left on device/i.test(output)) return noSpace(doing, detail);
  if (NETWORK.test(output)) {
    return new SetupProblem(
      `cannot ${doing}: the package registry cannot be reached`,
      'connect to the network (HTTPS_PROXY, PIP_INDEX_URL and PIP_FIND_LINKS=DIR are obeyed), then run the same command again',
      detail,
    );
  }
  return new SetupProblem(`cannot ${doing}`, otherwise, detail);
}

/** @param {string} doing @param {string} [detail] */
export function noSpace(doing, detail) {
  return new SetupProblem(
    `cannot ${doing}: the disk is full`,
    'free some space, or set SWAPGRAPH_CACHE (and TMPDIR) to a folder on a larger disk, then run the same command again',
    detail,
  );
}

/** A problem told from a failed system call, or undefined where the error is of another kind. @param {any} error @param {string} doing */
export function problemFromError(error, doing) {
  if (error?.code === 'ENOSPC' || error?.code === 'EDQUOT') return noSpace(doing);
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error?.code)) return undefined;
  return new SetupProblem(
    `cannot ${doing}: ${error.path ?? 'a folder'} is not writable`,
    'set SWAPGRAPH_CACHE to a folder you own, and run as the user who installed the npm packages',
  );
}

const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|NameResolutionError|Temporary failure in name resolution|Connection (?:refused|reset|timed out|to .* timed out)|ConnectTimeoutError|ReadTimeoutError|ProxyError|Network is unreachable|Max retries exceeded/i;

/** @param {string} text @param {number} count */
export function lastLines(text, count) {
  const lines = text.split(/\r?\n|\r/).filter((line) => line.trim() !== '' && !/^\[notice\]|is ignored: it is neither/.test(line));
  return lines.slice(-count).join('\n');
}
