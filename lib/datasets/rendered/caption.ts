import { expressionNames, expressionShapes } from './expression-shapes.ts';
import { hairStyleOf } from './hair-style.ts';
import { appearanceOf, type FaceParameters, type Pose } from './parameters.ts';
import { moods } from './draw-person.ts';

/** A sentence or two about the picture, made from the truth by fixed rules; under 70 words. */
export function captionOf(parameters: FaceParameters, pose: Pose): string {
  const sentences = [
    `A face seen ${poseWords(pose)}, ${expressionWords(parameters.expression)}.`,
    `${personWords(parameters)}.`,
    `${lightWords(parameters)}, ${backgroundWords(parameters)}.`,
  ];
  return sentences.join(' ');
}

function poseWords(pose: Pose): string {
  const turn = Math.abs(pose.yaw);
  const side = pose.yaw > 0 ? 'right' : 'left';
  const about = turn < 10 ? 'from the front' : turn < 35 ? `turned slightly to the ${side}` : turn < 65 ? `in three-quarter view to the ${side}` : `in profile to the ${side}`;
  const nod = pose.pitch > 10 ? ', looking up' : pose.pitch < -10 ? ', looking down' : '';
  const lean = Math.abs(pose.roll) > 8 ? `, tilted to the ${pose.roll > 0 ? 'right' : 'left'}` : '';
  return about + nod + lean;
}

/** The named mood that the strengths resemble most, if any is clear. */
function expressionWords(expression: Float32Array): string {
  const strength = Math.hypot(...expression);
  if (strength < 0.3 || expressionShapes.length !== expression.length) return 'with a neutral expression';
  let best = '';
  let bestScore = 0;
  for (const [name, recipe] of Object.entries(moods)) {
    const score = recipe.reduce((s, [shape, v]) => s + v * expression[expressionNames.indexOf(shape)], 0) / Math.hypot(...recipe.map(([, v]) => v));
    if (score > bestScore) [best, bestScore] = [name, score];
  }
  const words: Readonly<Record<string, string>> = {
    smile: 'smiling', laugh: 'laughing', surprise: 'looking surprised', anger: 'looking angry', sadness: 'looking sad', disgust: 'looking disgusted', fear: 'looking afraid',
    talk: 'talking', kiss: 'with pursed lips', shout: 'shouting',
  };
  if (bestScore / strength < 0.55) return 'with a mixed expression';
  return words[best];
}

function personWords({ identity, occluder }: FaceParameters): string {
  const a = (name: Parameters<typeof appearanceOf>[1]): number => appearanceOf(identity, name);
  const skin = ['very fair', 'fair', 'light brown', 'tan', 'brown', 'dark'][Math.min(5, Math.floor(a('skin-tone') * 6))];
  const style = hairStyleOf(identity);
  const colour = a('hair-grey') > 0.5 ? 'grey' : a('hair-dark') < 0.2 ? 'blond' : a('hair-dark') < 0.45 ? 'light brown' : a('hair-dark') < 0.7 ? 'dark brown' : 'black';
  const hair = style.name === 'bald' ? 'a bald head' : `${colour} ${style.name.replace(/-/g, ' ')} hair${style.fringe > 0 ? ' with a fringe' : ''}`;
  const eyes = ['dark brown', 'brown', 'hazel', 'green', 'grey', 'blue'][Math.min(5, Math.floor(a('eye-hue') * 6))];
  const beard = a('beard-chin') > 0.3 ? (a('beard-cheeks') > 0.3 ? ', a full beard' : ', a goatee') : a('moustache') > 0.3 ? ', a moustache' : '';
  const extras: Readonly<Record<string, string>> = {
    glasses: ', wearing glasses', sunglasses: ', wearing sunglasses', hat: ', wearing a woollen hat', cap: ', wearing a cap', hand: ', a hand before the face', mask: ', wearing a surgical mask',
  };
  return `The person has ${skin} skin, ${eyes} eyes, ${hair}${beard}${occluder ? extras[occluder.kind] : ''}`;
}

function lightWords({ light }: FaceParameters): string {
  const lamp = (light.colour[0] + light.colour[1] + light.colour[2]) / 3;
  const strong = lamp > 1.2 * light.harmonics[0];
  const from = Math.abs(light.direction[0]) < 0.35 ? (light.direction[1] > 0.6 ? 'above' : 'the front') : light.direction[0] > 0 ? 'the right' : 'the left';
  return strong ? `Hard light from ${from}` : 'Soft light';
}

function backgroundWords({ background }: FaceParameters): string {
  const words: Readonly<Record<typeof background.kind, string>> = {
    plain: 'a plain background', gradient: 'a smooth background', bokeh: 'blurred lights behind', room: 'a blurred room behind', foliage: 'blurred foliage behind', picture: 'a blurred scene behind',
  };
  return words[background.kind];
}
