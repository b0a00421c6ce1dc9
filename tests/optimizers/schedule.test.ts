import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { scheduleForms } from '../../lib/optimizers/schedule-forms.ts';
import { scheduleSchema } from '../../lib/optimizers/schedule-schema.ts';
import { compileSchedule, type Schedule } from '../../lib/optimizers/schedule.ts';


const at = (value: Schedule, ...steps: number[]): number[] => steps.map(compileSchedule(value));

test('each form has the values its formula says', () => {
  assert.deepEqual(at(0.5, 0, 1e6), [0.5, 0.5]);
  assert.deepEqual(at({ start: 1, decay: 0.5, every: 10 }, 0, 9, 10, 29, 30), [1, 1, 0.5, 0.25, 0.125]);
  assert.deepEqual(at({ cosine: { from: 2, to: 1, over: 100 } }, 0, 100, 1e9), [2, 1, 1]);
  assert.ok(Math.abs(at({ cosine: { from: 2, to: 1, over: 100 } }, 50)[0] - 1.5) < 1e-12);
  assert.deepEqual(at({ 'warm-up': 4, 'then': 2 }, 0, 1, 3, 4, 99), [0.5, 1, 2, 2, 2]);
  assert.deepEqual(at({ 'warm-up': 2, 'then': { start: 4, decay: 0.5, every: 3 } }, 0, 1, 2, 4, 5), [2, 4, 4, 4, 2]);
  assert.deepEqual(at({ steps: { 0: 3, 100: 2, 20: 7 } }, 0, 19, 20, 99, 100, 5000), [3, 3, 7, 7, 2, 2]);
  assert.deepEqual(at({ ramp: [0, 1], over: [1000, 5000] }, 0, 1000, 2000, 5000, 9000), [0, 0, 0.25, 1, 1]);
});

test('the schema takes every example and refuses what the compiler refuses', () => {
  const validate = new Ajv({ strict: false }).compile(scheduleSchema);
  for (const form of scheduleForms) {
    const value: unknown = parse(form.example);
    assert.ok(validate(value), form.example);
    assert.ok(Number.isFinite(compileSchedule(value)(0)));
  }
  for (const bad of ['1e-4', null, [], {}, { start: 1 }, { start: 1, decay: 0, every: 3 }, { ramp: [0], over: [0, 1] }, { steps: { 5: 1 } }, { 'warm-up': 0, 'then': 1 }]) {
    assert.equal(validate(bad), false, JSON.stringify(bad));
    assert.throws(() => compileSchedule(bad), DiagnosticError, JSON.stringify(bad));
  }
});

test('messages name the nearest key and show an example', () => {
  assert.throws(() => compileSchedule({ strat: 1 }, 'lr'), /lr: no schedule has the key "strat" \(did you mean "start"\?\)/);
  assert.throws(() => compileSchedule({ start: 1, decay: 2, evry: 3 }, 'lr'), /has no key "evry" \(did you mean "every"\?\)/);
  assert.throws(() => compileSchedule('1e-4', 'lr'), /lr is a number or a schedule, received "1e-4"/);
  assert.throws(() => compileSchedule({ 'warm-up': 5, 'then': { cosine: { from: 1, to: 0 } } }, 'lr'), /lr\/then: expected a number for "over"/);
});

test('whatever is given, the answer is a function of finite values or a diagnostic', () => {
  const key = fc.constantFrom('start', 'decay', 'every', 'cosine', 'from', 'to', 'over', 'warm-up', 'then', 'steps', 'ramp', '0', '10');
  const leaf = fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.integer({ min: 0, max: 50 }), fc.string(), fc.constant(null));
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, tie('tree'), { maxKeys: 4 })),
  }));
  fc.assert(fc.property(tree, fc.nat(100), (value, step) => {
    let schedule;
    try {
      schedule = compileSchedule(value);
    } catch (error) {
      assert.ok(error instanceof DiagnosticError);
      return;
    }
    assert.ok(!Number.isNaN(schedule(step)));
  }), { numRuns: 500 });
});
