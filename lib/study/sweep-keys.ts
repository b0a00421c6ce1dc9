/** Keys of a sweep and what they are for. */
export const SWEEP_KEYS: Readonly<Record<string, string>> = {
  kind: 'sweep',
  name: 'The name, in kebab-case.',
  doc: 'What the study does.',
  question: 'The question it answers.',
  base: 'The experiment whose settings are searched.',
  profile: 'The profile of the base that is used unless --profile says otherwise.',
  baseline: 'The variant the others are compared with.',
  seeds: 'Number of seeds; every point runs with each.',
  objective: '`maximize` or `minimize` a metric, `subject-to` a comparison.',
  search: 'How points are chosen: grid, random, sobol or optuna, and how many runs.',
  space: 'Axis -> the pointers it sets and the values it takes.',
  stop: 'How runs that look bad are stopped early.',
  report: 'Metrics of the table.',
  claims: 'Statements about the results that can pass or fail.',
  profiles: 'Name -> patches of this study.',
};
