import type { CheckRequest } from '../check/check-host.js';
import { recommend } from '../recommend/recommend.js';
import type { Recommendation } from '../recommend/recommendation.js';
import { recommendationText } from '../report/text/recommendation-text.js';
import { EXIT } from './exit-code.js';
import type { Session } from './session.js';

const EXIT_OF: Readonly<Record<Recommendation['kind'], number>> = {
  layout: EXIT.ok,
  already: EXIT.ok,
  missing: EXIT.error,
  unknown: EXIT.unknown,
};

/** `--recommend [POOL]`: a layout that works on this host, as commands with comments. Nothing is changed. */
export async function runRecommend(
  { host, print, style }: Session,
  request: CheckRequest,
  pool: string | undefined,
): Promise<number> {
  const recommendation = await recommend(host, request, pool);
  print(recommendationText(recommendation, style().columns));
  return EXIT_OF[recommendation.kind];
}
