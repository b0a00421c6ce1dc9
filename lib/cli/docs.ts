import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedDocs } from './reference/pages.ts';
import { packageRoot } from './version.ts';

// `npm run docs`: writes what is generated below docs/.
for (const [name, text] of await generatedDocs(packageRoot())) {
  const file = path.join(packageRoot(), 'docs', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
