import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../faces/networks/weights.ts';

/** The version of an installed package. */
export function packageVersion(name: string): string {
  return (JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as { version: string }).version;
}
