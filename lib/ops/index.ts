import type { Op } from '../registry/op.ts';
import { identity } from './identity.ts';

/** Every op that ships: one import and one line per op. */
export const standardOps: readonly Op[] = [
  identity,
];
