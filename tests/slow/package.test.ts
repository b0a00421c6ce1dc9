import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blocksOf } from '../docs/blocks.ts';

// The tarball in an empty TypeScript project; its dependencies are those of this checkout, linked, so that nothing is downloaded.
const root = fileURLToPath(new URL('../..', import.meta.url));
let project = '';

before(() => {
  project = mkdtempSync(path.join(os.tmpdir(), 'swapgraph-package-'));
  run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], root);
  const packed = run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], root);
  const tarball = packed.trim().split('\n').at(-1) as string;
  const modules = path.join(project, 'node_modules');
  mkdirSync(path.join(modules, 'swapgraph'), { recursive: true });
  run('tar', ['-xzf', path.join(project, tarball), '--strip-components=1', '-C', path.join(modules, 'swapgraph')], project);
  for (const name of readdirSync(path.join(root, 'node_modules'))) if (!name.startsWith('.')) symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ name: 'project', private: true, type: 'module' }));
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'ES2022', lib: ['ES2023'], module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, skipLibCheck: true, outDir: 'out', types: ['node', 'offscreencanvas'] }, include: ['*.ts'] }));
});

after(() => rmSync(project, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

const installed = (file: string): string => path.join(project, 'node_modules/swapgraph', file);

test('the tarball holds what a project needs and nothing of the workshop', () => {
  for (const file of ['dist/index.js', 'dist/index.d.ts', 'graphs/losses/l1.yaml', 'experiments/facechanger.yaml', 'ablations/normalization.yaml', 'docs/schema/graph.json', 'LICENSE']) assert.ok(existsSync(installed(file)), file);
  for (const file of ['tests', 'lib/index.ts', 'tsconfig.json']) assert.ok(!existsSync(installed(file)), file);
});

test('every export resolves, with types', () => {
  const { exports } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as { exports: Record<string, { types: string; default: string } | string> };
  assert.deepEqual(Object.keys(exports).sort(), ['.', './datasets', './faces', './losses', './metrics', './ops', './package.json', './train']);
  for (const entry of Object.values(exports)) for (const file of typeof entry === 'string' ? [entry] : Object.values(entry)) assert.ok(existsSync(installed(file)), file);
});

test('the guide\'s programs compile against the declarations and run: own training loop, own op, checks', () => {
  const blocks = blocksOf(readFileSync(path.join(root, 'docs/guide/library.md'), 'utf8')).filter((b) => b.language === 'ts');
  blocks.forEach((b, i) => writeFileSync(path.join(project, `example-${i}.ts`), b.text));
  writeFileSync(path.join(project, 'subpaths.ts'), SUBPATHS);
  run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], project);
  blocks.forEach((b, i) => { if (b.info.includes('run')) run(process.execPath, [`out/example-${i}.js`], project); });
  assert.match(run(process.execPath, ['out/subpaths.js'], project), /^6 of 6 sub-paths/m);
});

const SUBPATHS = `
import { lossNames } from 'swapgraph/losses';
import { defineMetric, standardMetrics } from 'swapgraph/metrics';
import { standardDatasets } from 'swapgraph/datasets';
import { layouts, prepare } from 'swapgraph/faces';
import { train } from 'swapgraph/train';
import { standardOps } from 'swapgraph/ops';

const found = [lossNames().length > 10, standardMetrics.length > 3 && typeof defineMetric === 'function', standardDatasets.length > 0, typeof train === 'function', standardOps.length > 90, layouts.length === 7 && typeof prepare === 'function'];
console.log(\`\${found.filter(Boolean).length} of \${found.length} sub-paths\`);
`;

test('the command works in the project', () => {
  writeFileSync(path.join(project, 'mine.yaml'), 'kind: experiment\nname: mine\nextends: ./node_modules/swapgraph/experiments/facechanger.yaml\nset: { /train/steps: 5 }\n');
  assert.match(run(process.execPath, [installed('lib/cli/bin.mjs'), 'check', 'mine.yaml'], project), /5 steps/);
});
