import type { Image } from '../image.ts';
import type { Pose } from '../pose.ts';
import type { Captioner } from './captioner.ts';

/** Says pose, expression, light and hair in fixed words, from estimates alone: needs no network, and the same face always gets the same text. */
export function attributeCaptioner(): Captioner {
  return {
    name: 'attributes',
    caption: (input) => {
      const face = `A face seen ${poseWords(input.pose)}, ${expressionWords(input.expression)}.`;
      return Promise.resolve(`${face} ${hairWords(input.crop)}. ${lightWords(input.crop)}.`);
    },
  };
}

/** `turned slightly to the right, looking up, tilted to the left`. */
export function poseWords(pose: Pose | undefined): string {
  if (pose === undefined) return 'from an unknown angle';
  const turn = Math.abs(pose.yaw);
  const side = pose.yaw > 0 ? 'right' : 'left';
  const about = turn < 10 ? 'from the front' : turn < 35 ? `turned slightly to the ${side}` : turn < 65 ? `in three-quarter view to the ${side}` : `in profile to the ${side}`;
  const nod = pose.pitch > 10 ? ', looking up' : pose.pitch < -12 ? ', looking down' : '';
  return about + nod + (Math.abs(pose.roll) > 8 ? `, tilted to the ${pose.roll > 0 ? 'right' : 'left'}` : '');
}

const feelings: Readonly<Record<string, string>> = {
  neutral: 'with a neutral expression', happy: 'smiling', sad: 'looking sad', angry: 'looking angry', fearful: 'looking afraid', disgusted: 'looking disgusted', surprised: 'looking surprised',
};

function expressionWords(expression: Readonly<Record<string, number>> | undefined): string {
  const [name, share] = Object.entries(expression ?? {}).reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['', 0]);
  return share >= 0.5 && feelings[name] ? feelings[name] : 'with a mixed expression';
}

/** A guess from the strips beside the forehead in an ArcFace crop, where hair mostly is. */
function hairWords(crop: Image): string {
  const [r, g, b] = meanColour(crop, [[0.02, 0.02, 0.16, 0.2], [0.84, 0.02, 0.98, 0.2], [0.3, 0, 0.7, 0.05]]);
  const light = 0.299 * r + 0.587 * g + 0.114 * b;
  const warmth = r - b;
  const shade = light < 45 ? 'black' : light < 90 ? (warmth > 12 ? 'dark brown' : 'dark') : light < 150 ? (warmth > 25 ? 'brown' : 'grey') : warmth > 30 ? 'blond' : 'light';
  return `The hair seems ${shade}`;
}

function lightWords(crop: Image): string {
  const left = lightness(meanColour(crop, [[0.2, 0.35, 0.42, 0.75]]));
  const right = lightness(meanColour(crop, [[0.58, 0.35, 0.8, 0.75]]));
  const mean = (left + right) / 2;
  const amount = mean < 70 ? 'Dim' : mean > 185 ? 'Bright' : 'Even';
  const difference = (right - left) / Math.max(mean, 1);
  if (Math.abs(difference) < 0.2) return `${amount} light from the front`;
  return `${amount === 'Even' ? 'Uneven' : amount} light, stronger on the ${difference > 0 ? 'right' : 'left'} side of the face`;
}

type Colour = readonly [r: number, g: number, b: number];

function lightness([r, g, b]: Colour): number {
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/** Mean colour over boxes given as shares of the crop: left, top, right, bottom. */
function meanColour({ width, height, data }: Image, boxes: readonly (readonly [number, number, number, number])[]): Colour {
  const sum = [0, 0, 0];
  let count = 0;
  for (const [left, top, right, bottom] of boxes) {
    for (let y = Math.floor(top * height); y < Math.ceil(bottom * height); y++) {
      for (let x = Math.floor(left * width); x < Math.ceil(right * width); x++) {
        for (let c = 0; c < 3; c++) sum[c] += data[(y * width + x) * 3 + c];
        count += 1;
      }
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
