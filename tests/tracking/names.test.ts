import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeName, encodeArtifactPath, encodeName, fitName, storageName } from '../../lib/tracking/names.ts';

const LEGAL = /^[/\p{L}\p{N}_.\- :]+$/u;

/** Strings rich in what the escapes are made of. */
const tricky = fc.array(fc.constantFrom('_', 'x', '005B', '_x005B_', '[', ']', '/', '.', '..', ' ', 'loss', 'é', '名', '😀', '%', '#', '\n', '\ud800', ''), { maxLength: 10 }).map((parts) => parts.join(''));
const anyName = fc.oneof(tricky, fc.string({ unit: 'binary' }));

function isMlflowName(name: string): boolean {
  const normal = posix.normalize(name);
  return LEGAL.test(name) && normal === name && name !== '.' && !name.startsWith('..') && !name.startsWith('/') && !name.endsWith('/');
}

test('names that MLflow takes are left alone', () => {
  for (const name of ['loss', 'loss/identity', 'val: CSIM', 'a.b-c_d', 'Verlust/größe', '損失', '/modules/x1024'.slice(1)]) assert.equal(encodeName(name), name);
});

test('every name becomes one that MLflow takes, and comes back', () => {
  fc.assert(fc.property(anyName, (name) => {
    const encoded = encodeName(name);
    assert.ok(isMlflowName(encoded), `${JSON.stringify(name)} -> ${JSON.stringify(encoded)}`);
    assert.equal(decodeName(encoded), name);
  }), { numRuns: 2000 });
});

test('JSON Pointers and brackets read well', () => {
  assert.equal(encodeName('/terms/id/weight'), '_x002F_terms/id/weight');
  assert.equal(encodeName('norms[0]'), 'norms_x005B_0_x005D_');
  assert.equal(encodeName('a/../b'), 'a/_x002E_./b');
});

test('long names are cut to what a key and a file name can hold, each to its own', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('名', 'a', '/', '['), minLength: 200, maxLength: 400 }), (name) => {
    const { key, cut } = fitName(name);
    assert.ok([...key].length <= 250 && key.split('/').every((part) => Buffer.byteLength(part) <= 255));
    assert.ok(isMlflowName(key), key);
    if (!cut) assert.equal(decodeName(key), name);
  }));
  assert.notEqual(fitName(`${'n'.repeat(300)}a`).key, fitName(`${'n'.repeat(300)}b`).key);
});

test('a name that cannot be a file beside the others is spelt flat', () => {
  assert.equal(storageName('loss', ['loss2', 'other']), 'loss');
  for (const [key, taken] of [['loss/id', 'loss'], ['loss', 'loss/id'], ['_x005B_', '_x005B_/b'], ['a/b/c', 'a/b']]) {
    const file = storageName(key, [taken]);
    assert.ok(!file.includes('/') && file !== taken && file !== key, file);
    assert.equal(decodeName(file), decodeName(key));
  }
});

test('artifact paths survive the decoding of a server', () => {
  const decodedByServer = (path: string): string => {
    for (let i = 0; i < 10; i++) {
      const next = path.replace(/(?:%[0-9A-Fa-f]{2})+/g, (s) => Buffer.from(s.replace(/%/g, ''), 'hex').toString('utf8'));
      if (next === path) break;
      path = next;
    }
    return path;
  };
  fc.assert(fc.property(anyName, (path) => {
    const encoded = encodeArtifactPath(path);
    assert.equal(decodedByServer(encoded), encoded);
    assert.ok(!/[#?\\]/.test(encoded));
    assert.equal(decodeName(encoded), path);
  }), { numRuns: 1000 });
  assert.equal(encodeArtifactPath('grids/100% done.png'), 'grids/100% done.png');
  assert.equal(encodeArtifactPath('a#1%41.txt'), 'a_x0023_1_x0025_41.txt');
});
