import type { PathFacts } from '../facts/path-facts.js';
import type { PredictionInput } from './prediction-input.js';

/** The root that a driver is called with (store.go createGraphDriverLocked). */
export function driverRoot({ facts, model }: PredictionInput): PathFacts {
  return model.driverInImagestore ? (facts.imagestore ?? facts.graphroot) : facts.graphroot;
}
