import { metricsReference } from '../../metrics/reference.ts';
import { createContext } from '../../plan/load.ts';
import { standardRegistry } from '../../standard-registry.ts';
import { commands } from '../commands/index.ts';
import { editorSchemas, schemaText } from '../schemas.ts';
import { commandsPage } from './commands.ts';
import { experimentPage } from './experiment.ts';
import { graphsPage } from './graphs.ts';
import { opsPage } from './ops.ts';
import { datasetsPage, optimizersPage } from './parts.ts';
import { studyPage } from './study.ts';

/** Every generated file below `docs/`, by its path there: the reference pages and the editor's schemas. */
export async function generatedDocs(root: string): Promise<ReadonlyMap<string, string>> {
  const registry = standardRegistry();
  const pages: [string, string][] = [
    ['reference/ops.md', opsPage(registry)],
    ['reference/graphs.md', graphsPage(root, createContext(registry))],
    ['reference/experiment.md', experimentPage()],
    ['reference/study.md', studyPage()],
    ['reference/commands.md', await commandsPage(commands)],
    ['reference/optimizers.md', optimizersPage(registry)],
    ['reference/datasets.md', datasetsPage(registry)],
    ['reference/metrics.md', metricsReference([...registry.metrics.values()])],
  ];
  const schemas = Object.entries(editorSchemas(registry)).map(([kind, schema]): [string, string] => [`schema/${kind}.json`, schemaText(schema)]);
  return new Map([...pages, ...schemas]);
}
