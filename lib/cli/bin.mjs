#!/usr/bin/env node
// Runs the built program; in a checkout, where there is none beside it, the sources through tsx.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = new URL('./main.ts', import.meta.url);

async function start() {
  if (!existsSync(fileURLToPath(source))) return void (await import(new URL('../../dist/cli/main.js', import.meta.url).href));
  let register;
  try {
    ({ register } = await import('tsx/esm/api'));
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return withoutPackages(process.argv.slice(2));
  }
  register();
  await import(source.href);
}

/** A fresh checkout: set-up installs the packages and is plain JavaScript for that reason. */
async function withoutPackages([command, ...args]) {
  if (command !== 'setup') {
    console.error('swapgraph: its npm packages are not installed; run: npm run setup');
    process.exitCode = 3;
    return;
  }
  const { runSetup } = await import('../engine/setup/main.mjs');
  process.exitCode = await runSetup(args);
}

await start();
