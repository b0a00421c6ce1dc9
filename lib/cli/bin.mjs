#!/usr/bin/env node
// Runs the built program; in a checkout, where there is none beside it, the sources through tsx.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = new URL('./main.ts', import.meta.url);
if (existsSync(fileURLToPath(source))) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(source.href);
} else {
  await import(new URL('../../dist/cli/main.js', import.meta.url).href);
}
