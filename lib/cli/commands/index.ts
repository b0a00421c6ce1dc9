import type { Command } from 'commander';
import { addRun } from './run.ts';

/** The commands; adding one is a file here and a line in this list. */
export const commands: readonly ((program: Command) => void)[] = [addRun];
