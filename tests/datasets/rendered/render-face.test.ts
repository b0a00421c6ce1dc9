import assert from 'node:assert/strict';
import { test } from 'node:test';
import { templatePoints } from '../../../lib/faces/templates.ts';
import { poseFromLandmarks } from '../../../lib/faces/pose.ts';
import type { Point } from '../../../lib/faces/similarity.ts';
import { inFaceMask, part } from '../../../lib/datasets/rendered/materials.ts';
import { expressionOf } from '../../../lib/datasets/rendered/presets.ts';
import { renderFace, type RenderedFace } from '../../../lib/datasets/rendered/render-face.ts';
import { renderedFaces } from '../../../lib/datasets/rendered/rendered-faces.ts';
import { createWorkspace } from '../../../lib/datasets/rendered/workspace.ts';
import { meanOf, plain, somebody } from './support.ts';

const share = (face: RenderedFace, label: number): number => face.parts.filter((p) => p === label).length / face.parts.length;

test('one set of parameters gives one picture, whatever was rendered before in the same workspace', () => {
  const parameters = plain({ identity: somebody(1), pose: { yaw: 30, pitch: -5, roll: 4 }, occluder: { kind: 'glasses', colour: [0.01, 0.01, 0.01], variation: [0.5, 0.5, 0.5] } });
  const workspace = createWorkspace();
  const first = renderFace(parameters, 64, { workspace });
  renderFace(plain({ identity: somebody(2) }), 96, { workspace });
  const again = renderFace(parameters, 64, { workspace });
  const fresh = renderFace(parameters, 64);
  assert.deepEqual(again, first);
  assert.deepEqual(fresh, first);
});

test('pictures lie in [0, 1]; mask, parts, depth and normals agree with one another', () => {
  const faces = renderedFaces({ seed: 3, size: 64, scene: { yaw: 90, pitch: 40, roll: 30, occluded: 0.5 } });
  for (let i = 0; i < 24; i++) {
    const face = faces.sample(i);
    assert.ok(face.image.every((x) => x >= 0 && x <= 1));
    for (let k = 0; k < face.parts.length; k++) {
      assert.equal(face.mask[k], inFaceMask[face.parts[k]]);
      assert.equal(face.depth[k] > 0, face.parts[k] !== part.background);
      const length = Math.hypot(face.normals[3 * k], face.normals[3 * k + 1], face.normals[3 * k + 2]);
      assert.ok(face.parts[k] === part.background ? length === 0 : Math.abs(length - 1) < 1e-3);
    }
    assert.ok(meanOf(face.mask) > 0.08, `sample ${i} shows a face`);
  }
});

test('a crop lies on the ArcFace template; landmarks lie in the picture, or on a jaw that the crop cuts', () => {
  for (let k = 0; k < 12; k++) {
    const yaw = -45 + (90 * k) / 11;
    const face = renderFace(plain({ identity: somebody(k), pose: { yaw, pitch: 0, roll: 0 } }), 112);
    const template = templatePoints(112).flat();
    const error = meanOf(Array.from(face.landmarks5, (x, i) => Math.abs(x - template[i])));
    assert.ok(error < 5, `yaw ${yaw}: five points within 5 pixels of the template on average, ${error}`);
    assert.ok(face.landmarks68.every((x, i) => (i < 34 ? x > -12 && x < 124 : x > 0 && x < 112)), `yaw ${yaw}: landmarks inside`);
    const photo = renderFace(plain({ identity: somebody(k), pose: { yaw, pitch: 0, roll: 0 }, camera: { ...plain().camera, framing: 'photo' } }), 112);
    assert.ok(photo.landmarks68.every((x) => x > 0 && x < 112), `yaw ${yaw}: landmarks inside the photograph`);
  }
});

test('five landmarks are those of the 68', () => {
  const { landmarks5: five, landmarks68: all } = renderFace(plain({ identity: somebody(5) }), 64);
  assert.deepEqual([...five.slice(4)], [60, 61, 96, 97, 108, 109].map((k) => all[k]));
  assert.ok(Math.abs(five[0] - meanOf([36, 37, 38, 39, 40, 41].map((k) => all[2 * k]))) < 1e-4);
});

test('the pose has the signs that it says: yaw to the picture\'s right, pitch up, roll clockwise', () => {
  const photo = (yaw: number, pitch: number, roll: number): RenderedFace =>
    renderFace(plain({ pose: { yaw, pitch, roll }, camera: { distance: 150, framing: 'photo', zoom: 1, shift: [0, 0], rotate: 0 } }), 96);
  const nose = (face: RenderedFace, axis: 0 | 1): number => face.landmarks68[60 + axis] - (face.landmarks5[axis] + face.landmarks5[2 + axis]) / 2;
  assert.ok(nose(photo(30, 0, 0), 0) > 2);
  assert.ok(nose(photo(-30, 0, 0), 0) < -2);
  assert.ok(nose(photo(0, 25, 0), 1) < nose(photo(0, -25, 0), 1));
  const rolled = photo(0, 0, 20);
  assert.ok(rolled.landmarks5[3] > rolled.landmarks5[1], 'clockwise: the right eye of the picture is lower');
});

test('the pose fitted to the landmarks by lib/faces is the pose rendered', () => {
  for (const [yaw, pitch, roll] of [[0, 0, 0], [25, 0, 0], [-40, 10, 0], [15, -15, 12]]) {
    const face = renderFace(plain({ pose: { yaw, pitch, roll }, camera: { distance: 300, framing: 'photo', zoom: 1, shift: [0, 0], rotate: 0 } }), 128);
    const points = Array.from({ length: 68 }, (_, k): Point => [face.landmarks68[2 * k], face.landmarks68[2 * k + 1]]);
    const fit = poseFromLandmarks(points);
    assert.ok(Math.abs(fit.yaw - yaw) < 6 && Math.abs(fit.pitch - pitch) < 9 && Math.abs(fit.roll - roll) < 4, `${yaw} ${pitch} ${roll}: ${JSON.stringify(fit)}`);
  }
});

test('a crop takes the roll out of the picture and says what is left', () => {
  const face = renderFace(plain({ pose: { yaw: 0, pitch: 0, roll: 25 } }), 64);
  assert.ok(Math.abs(face.pose.roll) < 1);
  const turned = renderFace(plain({ camera: { distance: 120, framing: 'crop', zoom: 1, shift: [0, 0], rotate: 7 } }), 64);
  assert.ok(Math.abs(turned.pose.roll - 7) < 0.5);
});

test('the neutral mean head is its own mirror image', () => {
  const face = renderFace(plain(), 96);
  let different = 0;
  for (let y = 0; y < 96; y++) {
    for (let x = 0; x < 48; x++) {
      const [a, b] = [y * 96 + x, y * 96 + 95 - x];
      if (face.mask[a] !== face.mask[b]) different++;
      else if (face.depth[a] > 0 && face.depth[b] > 0 && Math.abs(face.depth[a] - face.depth[b]) > 0.5) different++;
    }
  }
  assert.ok(different < 0.01 * 96 * 48, `${different} pixels differ`);
  for (let k = 0; k < 17; k++) assert.ok(Math.abs(face.landmarks68[2 * k] + face.landmarks68[2 * (16 - k)] - 96) < 0.3);
});

test('turning left mirrors turning right', () => {
  const [left, right] = [-35, 35].map((yaw) => renderFace(plain({ pose: { yaw, pitch: 0, roll: 0 } }), 64));
  let agree = 0;
  for (let y = 0; y < 64; y++) for (let x = 0; x < 64; x++) if (left.mask[y * 64 + x] === right.mask[y * 64 + 63 - x]) agree++;
  assert.ok(agree > 0.985 * 64 * 64);
});

test('blend shapes move what they name', () => {
  const opening = (face: RenderedFace, up: number, low: number): number => face.landmarks68[2 * low + 1] - face.landmarks68[2 * up + 1];
  const neutral = renderFace(plain(), 128);
  const open = renderFace(plain({ expression: expressionOf([['jaw-open', 1]]) }), 128);
  const closed = renderFace(plain({ expression: expressionOf([['blink-left', 1], ['blink-right', 1]]) }), 128);
  const smile = renderFace(plain({ expression: expressionOf([['smile-left', 1], ['smile-right', 1]]) }), 128);
  assert.ok(opening(open, 62, 66) > opening(neutral, 62, 66) + 8);
  assert.ok(share(open, part.mouth) > share(neutral, part.mouth) + 0.01);
  assert.ok(opening(closed, 37, 41) < 0.4 * opening(neutral, 37, 41));
  assert.ok(share(closed, part.leftEye) < 0.3 * share(neutral, part.leftEye));
  assert.ok(smile.landmarks68[108] - smile.landmarks68[96] > neutral.landmarks68[108] - neutral.landmarks68[96] + 3, 'a smile widens the mouth');
});

test('every kind of occluder hides or frames something', () => {
  const colour = [0.2, 0.2, 0.2] as const;
  const bare = renderFace(plain({ identity: somebody(3) }), 96);
  for (const kind of ['glasses', 'sunglasses', 'hat', 'cap', 'hand', 'mask'] as const) {
    const face = renderFace(plain({ identity: somebody(3), occluder: { kind, colour, variation: [0.4, 0.6, 0.5] } }), 96);
    const label = { glasses: part.glasses, sunglasses: part.glasses, hat: part.hat, cap: part.hat, hand: part.occluder, mask: part.occluder }[kind];
    assert.ok(share(face, label) > 0.005, kind);
    if (kind === 'mask' || kind === 'hand') assert.ok(meanOf(face.mask) < meanOf(bare.mask), `${kind} is no part of the face`);
    assert.deepEqual(face.landmarks68, bare.landmarks68);
  }
});

test('light, gaze and skin change the picture but not its geometry', () => {
  const base = renderFace(plain({ identity: somebody(4) }), 64);
  const side = renderFace(plain({ identity: somebody(4), light: { ...plain().light, direction: [0.9, 0.2, 0.387], colour: [1.2, 1.2, 1.2] } }), 64);
  assert.deepEqual(side.depth, base.depth);
  assert.deepEqual(side.parts, base.parts);
  assert.notDeepEqual(side.image, base.image);
  const half = (from: number): number => meanOf(Array.from({ length: 64 * 20 }, (_, k) => side.image[3 * (Math.floor(k / 20) * 64 + from + (k % 20)) + 1] * side.mask[Math.floor(k / 20) * 64 + from + (k % 20)]));
  assert.ok(half(40) > half(4), 'the side towards the lamp is brighter');
});

test('sizes up to 512 show the same face', () => {
  const parameters = plain({ identity: somebody(6), pose: { yaw: 20, pitch: 0, roll: 0 } });
  const [small, large] = [64, 512].map((size) => renderFace(parameters, size));
  small.landmarks68.forEach((x, k) => assert.ok(Math.abs(8 * x - large.landmarks68[k]) < 0.05));
  assert.ok(Math.abs(meanOf(small.mask) - meanOf(large.mask)) < 0.02);
});
