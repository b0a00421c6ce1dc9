import type { Optimizer } from '../registry/optimizer.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { lion } from './lion.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** The optimisers that ship. */
export const standardOptimizers: readonly Optimizer[] = [adam, adamw, lion, rmsprop, sgd];
