import { fileURLToPath } from 'node:url';
import { shownPath } from '../../compose/files.ts';
import { failure } from '../../diagnostics/failure.ts';
import { contentHash } from './contents.ts';
import type { AnyStage } from './stage.ts';
import { standardStages } from './stages/index.ts';

/**
 * The stages that modules (`file:` URLs) export, one by one or in lists, then those that ship. Results of a stage of one's own depend on its module's text, too.
 * @throws DiagnosticError where a module is not there, does not load or exports no stage
 */
export async function stagesOf(modules: readonly string[]): Promise<readonly AnyStage[]> {
  const own = await Promise.all(modules.map(stagesIn));
  return [...own.flat(), ...standardStages];
}

async function stagesIn(url: string): Promise<AnyStage[]> {
  const file = fileURLToPath(url);
  const text = contentHash(file);
  const loaded = await import(url).catch((error: unknown) => {
    throw failure('prepare/plugin', `the plugin ${shownPath(file)} does not load: ${String(error).split('\n')[0]}`);
  }) as Record<string, unknown>;
  const stages = Object.values(loaded).flat().filter(isStage);
  if (stages.length === 0) throw failure('prepare/plugin', `the plugin ${shownPath(file)} exports no stage`, undefined, 'a stage has name, role, doc, attrs and open (docs/reference/prepare.md)');
  return stages.map((stage) => ({ ...stage, versions: (attrs: Attributes) => ({ ...stage.versions?.(attrs), [`module of ${stage.role}`]: text }) }));
}

type Attributes = Parameters<NonNullable<AnyStage['versions']>>[0];

function isStage(value: unknown): value is AnyStage {
  return typeof value === 'object' && value !== null && 'role' in value && 'open' in value;
}
