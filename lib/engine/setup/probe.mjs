// node probe.mjs FOLDER: loads one engine (the npm package in FOLDER) in a process of its own and prints what it is as JSON, so that a
// failure cannot spoil the caller.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const folder = process.argv[2];
process.argv.length = 2; // tfjs-node's loader parses the command line
const require = createRequire(join(folder, 'package.json'));
const isWasm = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name.endsWith('-wasm');

const loaded = require(folder);
const tf = isWasm ? require('@tensorflow/tfjs-core') : loaded;
if (isWasm && !(await tf.setBackend('wasm'))) throw new Error('the WebAssembly back end does not start');
const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
const { binding, isUsingGpuDevice } = tf.backend();
console.log(JSON.stringify({ tensorflowVersion: binding?.TF_Version ?? null, gpu: isUsingGpuDevice ?? false, correct: product === 11 }));
