import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Pins, SetupConsole, Wheel } from './setup-modules.ts';
import { makeZip } from './zip.ts';

const WHEEL_FILE = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

/**
 * A project with the npm packages' places, a small wheel in the place of TensorFlow's, and a folder of programs (python3, g++) that
 * stand in for the machine's own: set-up runs as it is, in milliseconds.
 */
export function fakeMachine() {
  const base = mkdtempSync(join(tmpdir(), 'swapgraph-machine-'));
  const [root, cache, bin] = ['project', 'cache', 'bin'].map((name) => join(base, name));
  mkdirSync(bin);
  const wheel = makeWheel(base);
  const platform = `${process.platform}-${process.arch}`;
  const pins: Pins = { cpu: { [platform]: [wheel] }, gpu: {}, cuda: {} };
  const file = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  file('node_modules/node-api-headers/package.json', '{"name":"node-api-headers","version":"1.9.0"}');
  file('node_modules/@tensorflow/tfjs-node/package.json', '{"name":"@tensorflow/tfjs-node","version":"4.22.0"}');
  file('node_modules/@tensorflow/tfjs-node/binding/a.cc', '// C++');
  file('node_modules/@tensorflow/tfjs-node/index.js', FAKE_TFJS);
  const lines: string[] = [];
  const console: SetupConsole = {
    say: (text = '') => void lines.push(text),
    step: (label) => ({ update: () => undefined, done: (note = '') => void lines.push(`${label} ${note}`), stop: () => undefined }),
  };
  Object.assign(console, { bold: (text: string) => text });
  return {
    ...{ base, root, cache, bin, pins, wheel, lines, console, package: join(root, 'node_modules/@tensorflow/tfjs-node') },
    program: (name: string, script: string): void => {
      writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    },
    remove: (): void => rmSync(base, { recursive: true, force: true }),
  };
}

/** A pip that copies what `deliver` names (or runs it, where it is a command) into `--dest`. */
export function fakePip(deliver: string): string {
  return `if [[ "$*" == *"--version"* ]]; then echo "pip 23.2.1 from somewhere (python 3.11)"; exit 0; fi
while [[ $# -gt 0 ]]; do [[ $1 == --dest ]] && dest=$2; shift; done
${deliver}`;
}

/** The command with which a fake pip delivers a file under the wheel's name. */
export const deliver = (path: string): string => `cp ${path} "$dest/${WHEEL_FILE}"`;

/** A compiler that writes its output file. */
export const FAKE_COMPILER = `if [[ $1 == --version ]]; then echo "g++ (fake) 12"; exit 0; fi
while [[ $# -gt 0 ]]; do [[ $1 == -o ]] && echo binding > "$2"; shift; done`;

function makeWheel(base: string): Wheel & { readonly path: string } {
  const content = makeZip({ 'tensorflow/libtensorflow_cc.so.2': Buffer.alloc(4096, 1), 'tensorflow/libtensorflow_framework.so.2': Buffer.alloc(64, 2) });
  const path = join(base, WHEEL_FILE);
  writeFileSync(path, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name: 'tensorflow-cpu', version: '2.21.0', file: WHEEL_FILE, bytes: content.length, unpackedBytes: 4160, sha256, path };
}

const FAKE_TFJS = `
const fs = require('fs'), path = require('path');
for (const file of ['deps/lib/libtensorflow_cc.so.2', 'lib/napi-v8/tfjs_binding.node']) fs.readFileSync(path.join(__dirname, file));
module.exports = {
  tensor2d: (rows) => rows,
  matMul: () => ({ dataSync: () => [11] }),
  backend: () => ({ binding: { TF_Version: '2.21.0' }, isUsingGpuDevice: false }),
};`;
