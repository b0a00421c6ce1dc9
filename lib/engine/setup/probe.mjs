// Loads one native engine in a process of its own and prints what it is as JSON, so that a failure cannot spoil the caller.
// node probe.mjs FOLDER_OF_TFJS_NODE
import { createRequire } from 'node:module';
import { join } from 'node:path';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const folder = process.argv[2];
process.argv.length = 2; // tfjs-node's loader parses the command line
const tf = createRequire(join(folder, 'package.json'))(folder);
const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
const { binding, isUsingGpuDevice } = tf.backend();
console.log(JSON.stringify({ tensorflowVersion: binding.TF_Version, gpu: isUsingGpuDevice, correct: product === 11 }));
