import { readdirSync } from 'node:fs';
import path from 'node:path';
import { NODE_FORMS } from '../../schema/node-forms.ts';
import { GRAPH_KEYS } from '../../schema/graph.ts';
import { PARAM_SCHEMA } from '../../schema/param.ts';
import { amount } from '../../plan/amount.ts';
import { loadDocument, loadGraphFile } from '../../plan/load.ts';
import { measureGraph } from '../../plan/measure.ts';
import type { Context } from '../../normalize/graph.ts';
import { child, toData, type Data, type MapTree } from '../../source/tree.ts';
import { shapeText } from '../../shape/shape.ts';
import { attributeTable, keyTable, page, table } from './markdown.ts';

/** `docs/reference/graphs.md`: the file, the nodes, and the graphs that ship. */
export function graphsPage(root: string, context: Context): string {
  const files = readdirSync(path.join(root, 'graphs'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.yaml')).map((f) => f.replaceAll(path.sep, '/')).sort();
  return page('Graphs', 'the schema and `graphs/`',
    '## The file', keyTable(GRAPH_KEYS), '### Params', attributeTable(PARAM_SCHEMA.properties ?? {}),
    '## Nodes', 'A node has exactly one of these keys; beside it may stand:',
    ...NODE_FORMS.flatMap((f) => [`### ${f.key}`, f.doc + (f.key === 'op' ? ' Its attributes stand beside these keys; see [the ops](ops.md).' : ''), keyTable(f.keys)]),
    '## The graphs that ship', ...files.map((f) => graphSection(root, f, context)));
}

function graphSection(root: string, file: string, context: Context): string {
  const absolute = path.join(root, 'graphs', file);
  const { tree } = loadDocument(absolute, context);
  const graph = loadGraphFile(absolute, context);
  const { parameters } = measureGraph(graph, context.registry);
  const source = textOf(tree, 'source');
  const ports = table(['port', 'shape'], [
    ...graph.inputs.map((i) => [`in \`${i.name}\``, shapeText(i.shape)]),
    ...Object.entries(graph.outputs).map(([name, ids]) => [`out \`${name}\``, ids.map((id) => shapeOf(graph, id)).join(', ')]),
  ]);
  return [`### ${file.replace(/\.yaml$/, '')}`, `${textOf(tree, 'doc') ?? ''}${source ? ` Source: ${source}.` : ''}`.trim(), `${graph.nodes.length} nodes, ${amount(parameters)} parameters by default.`, ports, paramTable(tree)].filter((p) => p).join('\n\n');
}

function shapeOf(graph: ReturnType<typeof loadGraphFile>, id: string): string {
  const found = graph.nodes.flatMap((n) => n.outputs).find((o) => o.id === id) ?? graph.inputs.find((i) => i.id === id);
  return found ? shapeText(found.shape) : '';
}

function paramTable(tree: MapTree): string | undefined {
  const params = child(tree, 'params');
  if (params?.kind !== 'map' || params.entries.size === 0) return undefined;
  return table(['param', 'value', 'default', 'meaning'], [...params.entries].map(([name, { value }]) => {
    const data = toData(value) as Record<string, Data>;
    const kind = data.enum ? (data.enum as readonly Data[]).join(', ') : String(data.type ?? 'any');
    return [`\`${name}\``, kind, data.default === undefined ? 'required' : `\`${JSON.stringify(data.default)}\``, String(data.doc ?? '')];
  }));
}

function textOf(tree: MapTree, key: string): string | undefined {
  const value = child(tree, key);
  return value ? String(toData(value)).trim() : undefined;
}
