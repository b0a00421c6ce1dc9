import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { blocksOf, type Block } from './blocks.ts';

// A guide's blocks are run in order in one folder: ```yaml file=…``` is written, ```sh run``` and ```ts run``` are executed, and
// ```text contains``` lists what the command before must print.
const root = fileURLToPath(new URL('../..', import.meta.url));
const GUIDES = ['first-ablation', 'paper-to-graph', 'library'];

for (const guide of GUIDES) {
  test(`docs/guide/${guide}.md does what it says`, () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), `swapgraph-${guide}-`));
    try {
      const blocks = blocksOf(readFileSync(path.join(root, 'docs/guide', `${guide}.md`), 'utf8'));
      prepare(folder);
      assert.ok(blocks.filter((b) => b.info.includes('run')).length >= 3, 'it shows things that run');
      let printed = '';
      for (const block of blocks) printed = follow(block, folder, guide, printed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** What a checkout has: experiments, and graphs beside which a guide may write its own. */
function prepare(folder: string): void {
  for (const name of ['ablations', 'graphs']) mkdirSync(path.join(folder, name));
  symlinkSync(path.join(root, 'experiments'), path.join(folder, 'experiments'));
  for (const name of ['blocks', 'critics', 'encoders', 'generators', 'losses']) symlinkSync(path.join(root, 'graphs', name), path.join(folder, 'graphs', name));
}

function follow(block: Block, folder: string, guide: string, printed: string): string {
  const file = block.info.find((word) => word.startsWith('file='))?.slice('file='.length);
  const where = `${guide}.md:${block.line}`;
  if (file !== undefined) writeFileSync(path.join(folder, file), block.text);
  else if (block.info.includes('contains')) for (const line of block.text.trim().split('\n')) assert.ok(printed.includes(line), `${where}: "${line}" is not in\n${printed}`);
  else if (block.info.includes('run')) return run(block, folder, where);
  return printed;
}

function run(block: Block, folder: string, where: string): string {
  const expected = block.info.includes('fails') ? 1 : 0;
  return block.language === 'ts' ? execute([script(block, folder)], folder, where, expected) : block.text.trim().split('\n').map((line) => {
    const [npx, name, ...args] = line.split(' ');
    assert.deepEqual([npx, name], ['npx', 'swapgraph'], where);
    return execute([path.join(root, 'lib/cli/bin.mjs'), ...args], folder, where, expected);
  }).join('\n');
}

/** The package's name stands for the sources. */
function script(block: Block, folder: string): string {
  const own = (sub: string | undefined): string => pathToFileURL(path.join(root, sub === undefined ? 'lib/index.ts' : `lib/library/${sub}.ts`)).href;
  const text = block.text.replace(/from 'swapgraph(?:\/(\w+))?'/g, (_, sub?: string) => `from '${own(sub)}'`);
  const file = path.join(folder, `block-${block.line}.mts`);
  writeFileSync(file, text);
  return file;
}

function execute(args: readonly string[], cwd: string, where: string, expected: number): string {
  const loader = pathToFileURL(path.join(root, 'node_modules/tsx/dist/loader.mjs')).href;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', loader, ...args], { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  assert.equal(status, expected, `${where}\n${stdout}\n${stderr}`);
  return `${stdout}\n${stderr}`;
}
