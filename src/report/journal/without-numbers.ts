import type { FindingData } from '../../rules/rule.js';

/** Free bytes, counts and process ids change by themselves while nothing else does. */
export function withoutNumbers(data: FindingData): FindingData {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => typeof value !== 'number'));
}
