/** Swaps made without a network, which show what each metric can give. */
export type ControlName = 'copy-target' | 'paste-source' | 'oracle';

export const controlDocs: Readonly<Record<ControlName, string>> = {
  'copy-target': 'The target unchanged: perfect in pose, expression and background, no identity moved.',
  'paste-source': 'The source\'s pixels inside the target\'s mask, the target\'s outside.',
  'oracle': 'The perfect answer, where the data set knows it.',
};
