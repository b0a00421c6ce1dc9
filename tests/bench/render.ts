// node --import tsx tests/bench/render.ts [size] [pictures]: rendered faces a second on one core, with all outputs.
import { renderedFaces } from '../../lib/datasets/rendered/rendered-faces.ts';

const [size = '128', pictures = '300'] = process.argv.slice(2);
const faces = renderedFaces({ seed: 5, size: Number(size) });
for (let i = 0; i < 30; i++) faces.sample(i);
const cpu = process.cpuUsage();
const start = performance.now();
for (let i = 0; i < Number(pictures); i++) faces.sample(1000 + i);
const wall = (performance.now() - start) / 1000;
const used = process.cpuUsage(cpu);
const seconds = (used.user + used.system) / 1e6;
console.log(`${size} px, all outputs: ${(Number(pictures) / wall).toFixed(0)} pictures a second of wall time in one process, ${(Number(pictures) / seconds).toFixed(0)} per second of processor time (two cores: twice that; bar at 128 px: 200)`);
