import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../golden/shipped.ts';
import { swapgraph } from '../support/command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'swapgraph-cli-'));
after(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return name;
};
const STACK = /\n\s+at .*[:(]\d+/;
const errors = path.join(ROOT, 'tests/golden/errors');

for (const name of ['01-unknown-op', '05-cycle', '09-tab', '12-empty-file', '14-set-reaches-nothing', '55-order-missing']) {
  test(`check says what is wrong in ${name}, exits with 1 and shows no stack`, () => {
    const { code, out, err } = swapgraph(['check', 'input.yaml'], path.join(errors, name));
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.ok(err.startsWith(readFileSync(path.join(errors, name, 'expected.txt'), 'utf8')), err);
    assert.doesNotMatch(err, STACK);
    assert.match(err, /^\d+ errors? in 1 file$/m);
  });
}

test('check of a good file says what it is, and warns of what is unused', () => {
  const file = write('unused.yaml', 'kind: graph\nname: g\nparams: { width: { type: integer, default: 3 } }\ninputs: { x: [N, 8], y: [N, 8] }\nnodes:\n  a: { op: relu, in: x }\n  b: { op: tanh, in: x }\noutputs: { out: a }\n');
  const { code, out, err } = swapgraph(['check', file], folder);
  assert.equal(code, 0);
  assert.equal(out, 'unused.yaml: graph, 1 node, 0 parameters\n');
  assert.match(err, /unused\.yaml:3:11: warning: the graph never reads its param "width"/);
  assert.match(err, /unused\.yaml:4:22: warning: the input "y" is never used/);
  assert.match(err, /unused\.yaml:7:3: warning: nothing uses the node "b"/);
});

test('check --json gives diagnostics as data', () => {
  const { code, out } = swapgraph(['check', '--json', '01-unknown-op/input.yaml', '../../../graphs/losses/l1.yaml'], errors);
  assert.equal(code, 1);
  const data = JSON.parse(out) as { ok: boolean; files: { file: string; ok: boolean; diagnostics: { code: string; span: { file: string; line: number } }[] }[] };
  assert.equal(data.ok, false);
  assert.deepEqual(data.files.map((f) => f.ok), [false, true]);
  assert.equal(data.files[0].diagnostics[0].code, 'schema/unknown-op');
  assert.deepEqual([data.files[0].diagnostics[0].span.file, data.files[0].diagnostics[0].span.line], ['01-unknown-op/input.yaml', 5]);
});

test('a file that is not there, and one that is a folder', () => {
  const missing = swapgraph(['check', 'nowhere.yaml'], folder);
  assert.deepEqual([missing.code, missing.err.split('\n')[0]], [1, 'error: nowhere.yaml: there is no such file']);
  const dir = swapgraph(['show', '.'], folder);
  assert.equal(dir.code, 1);
  assert.match(dir.err, /it is a folder/);
});

test('mistakes of usage exit with 2 and name what was meant', () => {
  const unknown = swapgraph(['chek', 'x.yaml']);
  assert.deepEqual([unknown.code, unknown.err], [2, 'swapgraph: there is no command "chek"; did you mean "check"?\n']);
  const option = swapgraph(['check', '--jsn', 'x.yaml']);
  assert.equal(option.code, 2);
  assert.match(option.err, /unknown option '--jsn'[^]*--json/);
  assert.equal(swapgraph(['check']).code, 2);
  assert.equal(swapgraph(['show', 'graphs/losses/l1.yaml', '--format', 'png']).code, 2);
  assert.equal(swapgraph(['show', 'graphs/losses/l1.yaml', '--dims', 'D=x']).code, 2);
});

test('help lists every command and exits with 0', () => {
  const { code, out } = swapgraph(['--help']);
  assert.equal(code, 0);
  for (const command of ['check', 'show', 'diff', 'run', 'setup', 'doctor']) assert.match(out, new RegExp(`^  ${command}\\b`, 'm'));
  assert.match(swapgraph(['check', '--help']).out, /--json/);
});

test('--set and --profile mistakes are about the option', () => {
  const set = swapgraph(['check', 'experiments/facechanger.yaml', '--set', '/train/stepz=3']);
  assert.deepEqual([set.code, set.err.split('\n')[0]], [1, '--set: error: set /train/stepz reaches nothing: /train has no "stepz"']);
  assert.match(set.err, /did you mean "steps"/);
  const profile = swapgraph(['show', 'experiments/facechanger.yaml', '--profile', 'quik']);
  assert.equal(profile.code, 1);
  assert.match(profile.err, /there is no profile "quik"[^]*did you mean "quick"/);
});

test('show prints nodes, shapes and costs', () => {
  const { code, out } = swapgraph(['show', 'graphs/critics/patchgan.yaml', '--set', '/params/width=8', '--dims', 'N=1', '--dims', 'H=64', '--dims', 'W=64']);
  assert.equal(code, 0);
  assert.match(out, /layer1\.conv +conv2d +\[1, 32, 32, 8\] +392 +393\.2 k/);
  const json = JSON.parse(swapgraph(['show', 'graphs/losses/l1.yaml', '--json']).out) as { nodes: { op: string }[] };
  assert.deepEqual(json.nodes.map((n) => n.op), ['absolute-difference@1']);
});

const PLUGIN_GRAPH = 'kind: graph\nname: g\nplugins: [./my-ops.mjs]\ninputs: { x: [N, 8] }\nnodes: { out: { op: double, in: x } }\noutputs: { out: out }\n';
const PLUGIN = `export const ops = [{ name: 'double', doc: 'Twice the input.', attrs: {}, inputs: ['x'], shape: (_a, [x]) => [x], build: () => ([x]) => [x.add(x)], examples: [] }];
process.stderr.write('the plugin ran\\n');
`;

test('a plugin that a file names runs only with --allow-plugins', () => {
  write('my-ops.mjs', PLUGIN);
  const file = write('with-plugin.yaml', PLUGIN_GRAPH);
  const refused = swapgraph(['check', file], folder);
  assert.equal(refused.code, 1);
  assert.doesNotMatch(refused.err, /the plugin ran/);
  assert.match(refused.err, /with-plugin\.yaml:3:11: error: this file wants to run code of its own, my-ops\.mjs[^]*--allow-plugins/);
  const allowed = swapgraph(['check', file, '--allow-plugins'], folder);
  assert.deepEqual([allowed.code, allowed.out], [0, 'with-plugin.yaml: graph, 1 node, 0 parameters\n']);
  // What a graph needs, a file that calls it needs too.
  const caller = write('caller.yaml', 'kind: graph\nname: c\ninputs: { x: [N, 8] }\nnodes: { out: { graph: ./with-plugin.yaml, in: x } }\noutputs: { out: out }\n');
  assert.match(swapgraph(['check', caller], folder).err, /with-plugin\.yaml:3:11: error: this file wants to run code/);
  assert.equal(swapgraph(['check', caller, '--allow-plugins'], folder).code, 0);
});

test('a plugin that fails, is missing or clashes is named', () => {
  write('bad.mjs', 'throw new Error("no luck");\n');
  write('clash.mjs', "export const ops = [{ name: 'relu', doc: '', attrs: {}, inputs: ['x'], shape: (_a, [x]) => [x], build: () => ([x]) => [x], examples: [] }];\n");
  const file = write('plain.yaml', 'kind: graph\nname: g\ninputs: { x: [N, 8] }\nnodes: { out: { op: relu, in: x } }\noutputs: { out: out }\n');
  for (const [plugin, message] of [['bad.mjs', /the plugin bad\.mjs does not load: Error: no luck/], ['gone.mjs', /there is no plugin gone\.mjs/], ['clash.mjs', /two ops are named "relu@1"/]] as const) {
    const { code, err } = swapgraph(['check', file, '--plugin', plugin], folder);
    assert.equal(code, 1);
    assert.match(err, message);
    assert.doesNotMatch(err, STACK);
  }
});
