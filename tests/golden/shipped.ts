import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Every YAML file that ships, relative to the root. */
export function shippedFiles(): string[] {
  return ['graphs', 'experiments', 'ablations'].flatMap((folder) => {
    const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    return files.filter((f) => f.endsWith('.yaml')).map((f) => `${folder}/${f}`);
  }).sort();
}
