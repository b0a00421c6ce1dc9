import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captionOf } from '../../../lib/datasets/rendered/caption.ts';
import { drawExpression, drawIdentity } from '../../../lib/datasets/rendered/draw-person.ts';
import { drawScene } from '../../../lib/datasets/rendered/draw-scene.ts';
import { identityVector } from '../../../lib/datasets/rendered/parameters.ts';
import { expressionNames } from '../../../lib/datasets/rendered/expression-shapes.ts';
import { shapeNames } from '../../../lib/datasets/rendered/identity-shapes.ts';
import { appearanceNames } from '../../../lib/datasets/rendered/parameters.ts';
import { mpieExpressions, mpieFlashes, mpiePoses, mpieViews } from '../../../lib/datasets/rendered/presets.ts';
import { renderedFaces, swapIdentity } from '../../../lib/datasets/rendered/rendered-faces.ts';
import type { RenderedSample } from '../../../lib/datasets/rendered/rendered-faces.ts';
import { stream } from '../../../lib/random/stream.ts';

test('a face has at least 40 shapes, 20 numbers of appearance and 20 expressions, with names of their own', () => {
  assert.ok(shapeNames.length >= 40 && appearanceNames.length >= 20 && expressionNames.length >= 20);
  for (const names of [shapeNames, appearanceNames, expressionNames]) assert.equal(new Set(names).size, names.length);
});

test('the i-th sample is the same whenever and after whatever it is asked for', () => {
  const options = { seed: 11, size: 48, identities: 9 };
  const [a, b] = [renderedFaces(options), renderedFaces(options)];
  for (let i = 0; i < 6; i++) a.sample(i);
  assert.deepEqual(b.sample(5), a.sample(5));
  assert.notDeepEqual(b.sample(6).image, a.sample(5).image);
  assert.notDeepEqual(renderedFaces({ ...options, seed: 12 }).sample(5).image, a.sample(5).image);
});

test('aspects are drawn apart: the scene\'s options move neither person nor expression nor each other', () => {
  const draw = (yaw: number, occluded: number) => {
    const faces = renderedFaces({ seed: 4, size: 48, scene: { yaw, occluded } });
    return Array.from({ length: 10 }, (_, i) => faces.describe(i).parameters);
  };
  const [a, b] = [draw(10, 0), draw(80, 1)];
  a.forEach((first, i) => {
    for (const aspect of ['identity', 'expression', 'gaze', 'camera', 'light', 'background', 'sensor', 'clothes'] as const) assert.deepEqual(b[i][aspect], first[aspect]);
    assert.ok(first.occluder === undefined && b[i].occluder !== undefined);
  });
});

test('drawing does not depend on how far the stream has been read', () => {
  const [used, fresh] = [stream(1, 'x'), stream(1, 'x')];
  used.uniform();
  assert.deepEqual([drawIdentity(used), drawExpression(used), drawScene(used)], [drawIdentity(fresh), drawExpression(fresh), drawScene(fresh)]);
});

test('people are counted: a finite set repeats its people, an endless one never does', () => {
  const some = renderedFaces({ seed: 2, size: 48, identities: 5 });
  const numbers = Array.from({ length: 60 }, (_, i) => some.describe(i).person);
  assert.deepEqual([...new Set(numbers)].sort(), [0, 1, 2, 3, 4]);
  const all = renderedFaces({ seed: 2, size: 48 });
  assert.equal(new Set(Array.from({ length: 60 }, (_, i) => all.describe(i).person)).size, 60);
  assert.deepEqual(all.person(3), all.describe(3).parameters.identity);
});

test('pairs hold the asked share of one person, and the flag is true', () => {
  for (const ratio of [0, 0.3, 1]) {
    const faces = renderedFaces({ seed: 6, size: 48, identities: 4 });
    const pairs = Array.from({ length: 150 }, (_, i) => faces.pair(i, { sameIdentity: ratio }));
    const same = pairs.filter((p) => p.sameIdentity).length / pairs.length;
    assert.ok(Math.abs(same - ratio) < 0.12, `${ratio}: ${same}`);
    for (const { source, target, sameIdentity } of pairs) {
      assert.equal(source.person === target.person, sameIdentity);
      assert.deepEqual(source.parameters.identity, faces.person(source.person));
      assert.notEqual(source.index, target.index);
    }
  }
});

test('the oracle keeps pose, expression, light, framing and background, and shows the source', () => {
  const faces = renderedFaces({ seed: 8, size: 64, scene: { occluded: 0, defects: 0 } });
  for (let i = 0; i < 5; i++) {
    const { source, target } = faces.pair(i);
    const before = faces.render(target.parameters);
    const swapped = faces.oracle(source.parameters, target.parameters, 'head');
    assert.deepEqual(swapped.pose, before.pose);
    assert.deepEqual(swapped.expression, before.expression);
    assert.deepEqual(swapped.identity, identityVector(source.parameters.identity));
    let background = 0;
    for (let k = 0; k < before.parts.length; k++) {
      if (before.parts[k] !== 0 || swapped.parts[k] !== 0) continue;
      background++;
      // edge pixels mix in what little of the head covers them
      const difference = Math.abs(before.image[3 * k] - swapped.image[3 * k]);
      assert.ok(difference < 1e-6 || nearHead(before.parts, k, 64) || nearHead(swapped.parts, k, 64));
    }
    assert.ok(background > 100);
    assert.notDeepEqual(swapped.image, before.image);
  }
});

function nearHead(parts: Uint8Array, k: number, size: number): boolean {
  return [-size - 1, -size, -size + 1, -1, 1, size - 1, size, size + 1].some((d) => (parts[k + d] ?? 0) !== 0);
}

test('swapping somebody onto themselves changes nothing', () => {
  const faces = renderedFaces({ seed: 8, size: 64 });
  const { parameters } = faces.describe(3);
  assert.deepEqual(faces.oracle(parameters, parameters), faces.render(parameters));
});

test('a face swap leaves hair, ears and skull to the target', () => {
  const [source, target] = [drawIdentity(stream(1, 'a')), drawIdentity(stream(1, 'b'))];
  const swapped = swapIdentity(source, target, 'face');
  const value = (who: typeof source, name: string): number => (shapeNames.includes(name) ? who.shape[shapeNames.indexOf(name)] : who.appearance[(appearanceNames as readonly string[]).indexOf(name)]);
  for (const name of ['hair-style', 'hair-dark', 'fringe', 'ear-size', 'skull-width']) assert.equal(value(swapped, name), value(target, name), name);
  for (const name of ['nose-length', 'jaw-width', 'skin-tone', 'eye-hue', 'moustache']) assert.equal(value(swapped, name), value(source, name), name);
  assert.deepEqual(swapIdentity(source, target, 'head'), source);
});

test('like-mpie shows each person in 15 poses x 19 illuminations x 6 expressions, each once, the first few already mixed', () => {
  assert.deepEqual([mpiePoses.length, mpieFlashes.length, mpieExpressions.length, mpieViews], [15, 19, 6, 1710]);
  const faces = renderedFaces({ seed: 5, size: 48, preset: 'like-mpie' });
  const first = Array.from({ length: mpieViews }, (_, i) => faces.describe(i));
  assert.deepEqual([...new Set(first.map((s) => s.person)), faces.describe(mpieViews).person], [0, 1]);
  const [pose, light, expression] = [
    ({ parameters }: RenderedSample) => `${parameters.pose.yaw}/${parameters.pose.pitch}`, ({ parameters }: RenderedSample) => `${[...parameters.light.direction]}/${parameters.light.colour[0]}`,
    ({ parameters }: RenderedSample) => `${[...parameters.expression]}`,
  ];
  const kinds = (samples: readonly RenderedSample[], ...of: readonly ((sample: RenderedSample) => string)[]) => new Set(samples.map((s) => of.map((part) => part(s)).join(';'))).size;
  assert.deepEqual([kinds(first, pose), kinds(first, light), kinds(first, expression), kinds(first, pose, light, expression)], [15, 19, 6, 1710]);
  assert.ok(kinds(first.slice(0, 16), pose) >= 10 && kinds(first.slice(0, 16), light) >= 10 && kinds(first.slice(0, 16), expression) === 6);
  assert.ok(first.every((s) => s.parameters.occluder === undefined && Math.abs(s.parameters.pose.yaw) <= 90));
});

test('like-lpff has large poses only, like-ffpp small ones and compression', () => {
  const poses = (preset: 'like-lpff' | 'like-ffpp') => Array.from({ length: 80 }, (_, i) => renderedFaces({ seed: 5, size: 48, preset }).describe(i).parameters);
  assert.ok(poses('like-lpff').every(({ pose }) => Math.abs(pose.yaw) >= 30 || Math.abs(pose.pitch) >= 20));
  assert.ok(poses('like-ffpp').every(({ pose, sensor }) => Math.abs(pose.yaw) <= 35 && sensor.jpeg >= 60 && sensor.jpeg < 90));
});

test('captions say what is true in under 70 words', () => {
  const faces = renderedFaces({ seed: 9, size: 48, scene: { occluded: 0.5 } });
  for (let i = 0; i < 200; i++) {
    const { parameters } = faces.describe(i);
    const caption = captionOf(parameters, parameters.pose);
    assert.ok(caption.split(/\s+/).length < 70);
    if (parameters.pose.yaw > 12) assert.match(caption, /to the right/);
    if (parameters.pose.yaw < -12) assert.match(caption, /to the left/);
    assert.equal(/glasses/.test(caption), parameters.occluder?.kind.includes('glasses') ?? false);
  }
});

test('a photograph given as background shows behind the head', () => {
  const picture = { width: 40, height: 30, data: new Float32Array(40 * 30 * 3).map((_, k) => (k % 3 === 0 ? 1 : 0)) };
  const faces = renderedFaces({ seed: 3, size: 48, scene: { pictures: [picture], defects: 0, occluded: 0 } });
  const found = Array.from({ length: 20 }, (_, i) => faces.describe(i)).filter((s) => s.parameters.background.kind === 'picture');
  assert.ok(found.length > 3 && found.length < 17);
  const face = faces.render(found[0].parameters);
  const corner = face.parts.findIndex((p, k) => p === 0 && !nearHead(face.parts, k, 48));
  assert.ok(face.image[3 * corner] > 0.8 && face.image[3 * corner + 1] < 0.05);
});
