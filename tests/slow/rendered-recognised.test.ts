import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../support/rendered-recognised.ts';

// Networks that nobody trained on rendered faces: face-api's SSD detector, 68 landmarks and recognition, and facemesh.
test('real networks recognise 500 rendered faces within 45 degrees of yaw', { timeout: 30 * 60_000 }, async () => {
  const seen = await recognise({ people: 100, each: 5, size: 256, seed: 1, framing: 'photo', yaw: 45 });
  assert.equal(seen.faces, 500);
  assert.ok(seen.detected >= 0.97, `detected ${seen.detected}`);
  assert.ok(seen.landmarkMedian <= 0.06, `landmarks ${seen.landmarkMedian} of the distance between the outer corners of the eyes`);
  assert.ok(seen.yawMedian <= 6, `yaw ${seen.yawMedian} degrees`);
  assert.ok(seen.auc >= 0.97, `AUC ${seen.auc}`);
});
