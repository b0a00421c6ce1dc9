import { scheduleForms, type ScheduleForm } from './schedule-forms.ts';

/** JSON Schema of a schedule: a number or one of the forms, told apart by their first key. Without references, so it can be put anywhere. */
export const scheduleSchema: object = Object.freeze({
  description: 'A number, or a schedule over the steps (counted from 0).',
  anyOf: [{ type: 'number' }, ...scheduleForms.map(schemaOf)],
});

function schemaOf(form: ScheduleForm): object {
  const inner = { anyOf: [{ type: 'number' }, ...scheduleForms.filter((f) => f !== form).map(plainSchema)] };
  return plainSchema(form.properties.then === undefined ? form : { ...form, properties: { ...form.properties, then: inner } });
}

function plainSchema(form: ScheduleForm): object {
  return {
    type: 'object',
    title: form.key,
    description: `${form.doc} At step t: ${form.formula}.`,
    properties: form.properties,
    required: [...form.keys],
    additionalProperties: false,
  };
}
