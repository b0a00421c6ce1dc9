import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { shownPath } from '../../compose/files.ts';
import { openProject } from '../open.ts';
import { addPluginOptions, choice, type PluginFlags } from '../options.ts';
import { editorSchemas, schemaText } from '../schemas.ts';

const KINDS = ['graph', 'experiment', 'ablation', 'sweep'] as const;

interface SchemaFlags extends PluginFlags {
  readonly out?: string;
}

/** `schema [KIND]`: the JSON Schema that editors use; with `--plugin` it knows ops of your own. */
export function addSchema(program: Command): void {
  const command = program.command('schema').argument('[kind]', KINDS.join(', '), choice(KINDS)).description('the JSON Schemas that editors use; with --plugin they know parts of your own');
  addPluginOptions(command).option('-o, --out <dir>', 'write all of them into a folder').action(schema);
}

async function schema(kind: (typeof KINDS)[number] | undefined, flags: SchemaFlags): Promise<void> {
  const { registry } = await openProject([], flags);
  const schemas = editorSchemas(registry);
  if (flags.out === undefined) return void process.stdout.write(schemaText(schemas[kind ?? 'graph']));
  mkdirSync(flags.out, { recursive: true });
  for (const [name, value] of Object.entries(schemas)) {
    if (kind !== undefined && name !== kind) continue;
    const file = path.resolve(flags.out, `${name}.json`);
    writeFileSync(file, schemaText(value));
    console.log(shownPath(file));
  }
  console.log(`\nThe first line of a file names its schema:\n# yaml-language-server: $schema=${path.join(flags.out, `${kind ?? 'graph'}.json`)}`);
}
