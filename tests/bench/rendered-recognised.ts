// node --import tsx tests/bench/rendered-recognised.ts [people] [each] [size] [seed] [crop|photo] [yaw] [occluded]: what real networks make of rendered faces.
import { recognise } from '../support/rendered-recognised.ts';

const [people = '40', each = '4', size = '256', seed = '1', framing = 'crop', yaw = '45', occluded = '0'] = process.argv.slice(2);
const start = performance.now();
const r = await recognise({ people: Number(people), each: Number(each), size: Number(size), seed: Number(seed), framing: framing === 'photo' ? 'photo' : 'crop', yaw: Number(yaw), occluded: Number(occluded) });
const fixed = (x: number, digits = 3): string => x.toFixed(digits);
console.log(`${r.faces} faces (${people} people), ${size} px, ${framing}, yaw within ${yaw} degrees, seed ${seed}`);
console.log(`detected by face-api's SSD:   ${fixed(100 * r.detected, 1)} %   (bar 97)   missed: ${r.missed.slice(0, 20).join(' ')}`);
console.log(`68 landmarks, median error:   ${fixed(100 * r.landmarkMedian, 1)} % of the inter-ocular distance between the outer corners (bar 6), 90th percentile ${fixed(100 * r.landmark90, 1)} %; ${fixed(100 * r.landmarkByCentres, 1)} % of that between the eyes' centres`);
console.log(`facemesh yaw, median error:   ${fixed(r.yawMedian, 1)} degrees (bar 6), bias ${fixed(r.yawBias, 1)}`);
console.log(`recognition, pair AUC:        ${fixed(r.auc, 4)} (bar 0.97); median distance ${fixed(r.sameDistance)} same, ${fixed(r.otherDistance)} other`);
console.log(`per landmark (%): ${r.perLandmark.map((e, k) => `${k}:${fixed(100 * e, 0)}`).join(' ')}`);
if (process.env.OFFSETS) console.log(r.offsets.map(([x, y], k) => `${k}:(${fixed(100 * x, 0)},${fixed(100 * y, 0)})`).join(' '));
console.log(`${fixed((performance.now() - start) / 1000, 0)} s`);
