import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { tf } from '../../lib/engine/tf.ts';
import { standardOps } from '../../lib/ops/index.ts';
import type { AttributeSchema } from '../../lib/registry/attributes.ts';
import { outputsOf, type Op } from '../../lib/registry/op.ts';
import { toJsonSchema } from '../../lib/schema/json-schema.ts';
import { createValidator } from '../../lib/schema/validator.ts';
import { nativeEngine } from '../support/native.ts';
import { attributesOf, drawCase, fixtureCase, type OpCase } from './case.ts';
import { APPROXIMATE_GRADIENT, FIRST_ORDER_ONLY, WITHOUT_FIXTURE } from './exceptions.ts';
import { digestOf, readFixtures } from './fixtures.ts';
import { firstOrderDisagreements, secondOrderDisagreements } from './numeric.ts';
import { checkAgainstFixture } from './parity.ts';
import { argumentsOf, evaluator } from './run.ts';
import { atRandomSizes, checkDeclared } from './shapes.ts';

const validator = createValidator();

function tidily(run: () => void): void {
  const tensors = tf.memory().numTensors;
  tf.tidy(run);
  assert.equal(tf.memory().numTensors, tensors, 'tensors left behind');
}

function shapesOf(c: OpCase): number[][] {
  const all = argumentsOf(c);
  return evaluator(c, all)(all.free).map((t) => t.shape);
}

before(nativeEngine);

for (const op of standardOps) {
  describe(`op ${op.name}`, () => {
    it('is described, has examples and valid attributes', () => {
      assert.match(op.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(op.doc.length > 10 && op.doc.endsWith('.'), 'doc is a sentence');
      assert.ok(op.examples.length > 0, 'has examples');
      for (const [name, schema] of Object.entries<AttributeSchema>(op.attrs)) assert.ok(schema.description, `attribute ${name} has a description`);
      for (const example of op.examples) checkAttributes(op, example.attrs ?? {});
    });
    if (op.traits?.listwise !== undefined) return;
    it('infers the shapes its examples declare', () => {
      for (const example of op.examples) checkDeclared(op, example);
    });
    if (op.traits?.higherOrder !== undefined) return;
    op.examples.forEach((_, index) => { describeExample(op, index); });
    it('has PyTorch fixtures, or a reason why not', () => {
      const fixtures = readFixtures(op.name);
      if (fixtures === undefined) assert.ok(WITHOUT_FIXTURE[op.name], 'no fixtures: write a mapping in tests/parity/ops and run npm run parity:ops');
      else assert.equal(fixtures.length, op.examples.length, 'fixtures are stale: npm run parity:ops');
    });
  });
}

function describeExample(op: Op, index: number): void {
  it(`#${index}: inferred shape = real shape`, () => { checkShapes(op, index); });
  const fixture = readFixtures(op.name)?.[index];
  if (fixture) {
    it(`#${index}: values and gradients are PyTorch's`, () => {
      const c = fixtureCase(op, index);
      assert.equal(digestOf(c), fixture.digest, 'the fixture is stale: npm run parity:ops');
      tidily(() => { checkAgainstFixture(c, fixture); });
    });
  }
  if (op.traits?.identityWhenStored) it(`#${index}: is the identity where statistics are stored`, () => { tidily(() => { checkIdentity(op, index); }); });
  if (op.traits?.nondifferentiable || APPROXIMATE_GRADIENT[`${op.name} #${index}`] !== undefined) return;
  it(`#${index}: gradient = finite differences`, () => {
    const c = fixtureCase(op, index);
    tidily(() => { assert.deepEqual(firstOrderDisagreements(c, argumentsOf(c)), []); });
  });
  if (FIRST_ORDER_ONLY[op.name] !== undefined) return;
  it(`#${index}: second order = finite differences`, () => {
    const c = fixtureCase(op, index);
    tidily(() => { assert.deepEqual(secondOrderDisagreements(c, argumentsOf(c)), []); });
  });
}

function checkAttributes(op: Op, attrs: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(attrs)) {
    assert.ok(op.attrs[name], `unknown attribute ${name}`);
    const errors = validator.errors(toJsonSchema(op.attrs[name]), value);
    assert.deepEqual(errors, [], `attribute ${name}: ${JSON.stringify(value)}`);
  }
  for (const [name, schema] of Object.entries<AttributeSchema>(op.attrs)) {
    if (schema.default !== undefined) assert.deepEqual(validator.errors(toJsonSchema(schema), schema.default), [], `default of ${name}`);
    else assert.ok(schema.optional || name in attrs, `attribute ${name} is required`);
  }
}

function checkShapes(op: Op, index: number): void {
  const c = fixtureCase(op, index);
  const attrs = attributesOf(op, op.examples[index]);
  const expected = op.shape(attrs, c.inputs.map((x) => x?.shape) as never, c.names);
  assert.equal(expected.length, outputsOf(op, attrs).length, 'one shape per output');
  tidily(() => { assert.deepEqual(shapesOf(c), expected); });
  for (const { inputs, outputs, sizes } of atRandomSizes(op, op.examples[index], index)) {
    tidily(() => { assert.deepEqual(shapesOf(drawCase(op, index, inputs, sizes)), outputs, JSON.stringify(inputs)); });
  }
}

function checkIdentity(op: Op, index: number): void {
  const c: OpCase = { ...fixtureCase(op, index), statistics: 'stored', training: false };
  const all = argumentsOf(c);
  const [y] = evaluator(c, all)(all.free);
  assert.deepEqual(y.dataSync(), c.inputs[0]?.data);
}
