import type { Registry } from '../registry/registry.ts';
import { experimentEditorSchema } from '../schema/editor/experiment.ts';
import { graphEditorSchema } from '../schema/editor/graph.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { ablationEditorSchema, sweepEditorSchema } from '../study/editor-schema.ts';

/** The editor's JSON Schema of each kind of file, for the ops, data sets, metrics and optimisers of a registry. */
export function editorSchemas(registry: Registry): Readonly<Record<string, JsonSchema>> {
  return { graph: graphEditorSchema(registry), experiment: experimentEditorSchema(registry), ablation: ablationEditorSchema(registry), sweep: sweepEditorSchema(registry) };
}

export const schemaText = (schema: JsonSchema): string => `${JSON.stringify(schema, null, 1)}\n`;
