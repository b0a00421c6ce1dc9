import { isRequired, type AttributeSchema, type AttributeSchemas } from '../../registry/attributes.ts';
import { describeSchema } from '../../schema/json-schema.ts';

/** A Markdown table; cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');

/** Attributes with their kinds, defaults and meanings. */
export function attributeTable(schemas: AttributeSchemas): string {
  return table(['name', 'value', 'default', 'meaning'], Object.entries(schemas).map(([name, s]) => [`\`${name}\``, describeSchema(s), defaultText(s), s.description ?? '']));
}

function defaultText(schema: AttributeSchema): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default)}\``;
  return isRequired(schema) ? 'required' : 'none';
}

/** Keys and what they are for. */
export function keyTable(keys: Readonly<Record<string, string>>): string {
  return table(['key', 'meaning'], Object.entries(keys).map(([key, doc]) => [`\`${key}\``, doc]));
}

/** Parts of a page, an empty line between them. */
export function page(title: string, from: string, ...parts: readonly (string | undefined)[]): string {
  return `${[`# ${title}`, `Generated from ${from} by \`npm run docs\`; a test fails when this page is stale.`, ...parts].filter((p) => p !== undefined && p !== '').join('\n\n')}\n`;
}
