import type { MetricDefinition } from '../registry/metric.ts';

/** The reference page of metrics in Markdown (`docs/reference/metrics.md`). */
export function metricsReference(metrics: readonly MetricDefinition[]): string {
  const sections = metrics.map((m) => [
    `## ${m.name}`,
    '',
    m.doc,
    '',
    `- Unit: ${m.unit ?? 'none'}; better: ${m.better}.`,
    `- Measured with: ${m.source}`,
    '',
  ].join('\n'));
  return `${introduction}\n${sections.join('\n')}`;
}

const introduction = `# Metrics

Generated from \`lib/metrics\`; a test fails when this page is stale.

A metric is a mean (or a rate) over the swaps of a protocol: the first *n* pairs of the test split, no two of one person, the same for every run on the same data. Pictures are crops
aligned to the ArcFace template. A swap in which a network sees no face is a failure: failures are counted beside the mean and stand as NaN among the values per swap, and no
replacement is drawn. With few steps of training most swaps may fail; a mean over few swaps says little.

Every evaluation measures the controls beside the runs: \`copy-target\` (the target unchanged), \`paste-source\` (the source's pixels inside the target's mask) and, where the data set knows
it, \`oracle\` (the perfect answer). They show each metric's range: no metric here is meaningful without them.

The networks are those of the package \`@vladmandic/face-api\`. They are small, and one of them may also have been trained against: a training that uses face-api's recognition network as its identity
encoder inflates csim, id-residual and id-retrieval. The numbers are not comparable with papers that use CosFace, Hopenet or Deep3D.
`;
