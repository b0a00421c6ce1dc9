import { InvalidArgumentError, type Command } from 'commander';

/** Repeatable: `.option('--set <pointer=value>', '…', append, [])`. */
export const append = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** A whole number from 1. @throws InvalidArgumentError, which is a mistake of usage */
export function positive(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError(`expected a whole number from 1, received "${text}"`);
  return n;
}

/** Repeatable `D=512`: the size of a letter. */
export function dimension(text: string, before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const match = /^([A-Za-z]\w*)=(\d+)$/.exec(text);
  if (!match || Number(match[2]) < 1) throw new InvalidArgumentError(`expected LETTER=SIZE such as D=512, received "${text}"`);
  return { ...before, [match[1]]: Number(match[2]) };
}

/** One of `choices`. */
export function choice<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    if ((choices as readonly string[]).includes(text)) return text as T;
    throw new InvalidArgumentError(`expected ${choices.join(', ')}, received "${text}"`);
  };
}

export interface PluginFlags {
  readonly allowPlugins?: boolean;
  readonly plugin: readonly string[];
}

export function addPluginOptions(command: Command): Command {
  return command
    .option('--allow-plugins', 'run the modules that the files name under "plugins"')
    .option('--plugin <file>', 'a module with ops, data sets, metrics or optimisers of your own; its code runs (repeatable)', append, []);
}

export interface ResolveFlags extends PluginFlags {
  readonly profile?: string;
  readonly set: readonly string[];
}

/** `--profile` and `--set`, then those for plugins. */
export function addResolveOptions(command: Command): Command {
  return addPluginOptions(command
    .option('--profile <name>', 'a profile of the file, such as quick')
    .option('--set <pointer=value>', 'change a value, for instance /train/steps=100 (repeatable)', append, []));
}
