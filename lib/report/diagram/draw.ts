import { drawExperiment } from './draw-experiment.ts';
import { drawGraph, type DrawOptions } from './draw-graph.ts';
import type { Drawing } from './drawing.ts';
import type { Subject } from './subject.ts';

/** A graph or an experiment as boxes and arrows. */
export function draw(subject: Subject, options: DrawOptions): Drawing {
  return subject.experiment ? drawExperiment(subject.experiment, options.registry) : drawGraph(subject, options);
}
