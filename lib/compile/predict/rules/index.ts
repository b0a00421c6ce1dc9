import type { Rule } from '../rewriter.ts';
import { dropIdentities, plainMatMul } from './identities.ts';
import { dropShiftBeforeNorm, scaleInNorm, shiftInNorm } from './normalisation.ts';
import { foldScale, foldShift } from './scales.ts';

/** What makes a predicting graph cheaper; the first that fits is taken. */
export const foldingRules: readonly Rule[] = [dropIdentities, plainMatMul, foldScale, foldShift, scaleInNorm, shiftInNorm, dropShiftBeforeNorm];
