import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the checks keep what makes a second run fast. */
export const CACHE = fileURLToPath(new URL('../../node_modules/.cache/swapgraph/', import.meta.url));
