import { checkHost, type Checked, type CheckRequest } from '../check/check-host.js';
import type { Prediction } from '../driver/prediction.js';
import type { StoreFile } from '../facts/store/store-list.js';
import type { Host } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import { isRecord } from '../text/json-record.js';
import { bootOf, isGoneWithReboot, type LedgerEntry } from './ledger.js';
import { withoutCorrections } from './without-corrections.js';
import { decodeText } from '../text/utf8.js';

/** What a revert comes to. */
export interface RevertPlan {
  /** The latest first. */
  readonly entries: readonly LedgerEntry[];
  /** What CRI-O will do afterwards; absent where only the revert itself can show it. */
  readonly afterwards?: Prediction;
  /** Images that CRI-O sees now and would not see afterwards: their names, or their IDs. */
  readonly unseen: readonly string[];
  /** Why it ends worse than it begins. */
  readonly worse?: string;
}

/**
 * Checks the host as it is and as it would be without these corrections.
 *
 * @param before the check of the host as it is, where one was made
 */
export async function planRevert(
  host: Host,
  check: CheckRequest,
  applied: readonly LedgerEntry[],
  before?: Checked,
): Promise<RevertPlan> {
  const boot = await bootOf(host);
  const entries = [...applied].reverse();
  const standing = entries.filter((entry) => !isGoneWithReboot(entry, boot));
  const now = before ?? (await checkHost(host, check));
  const { host: without, unplanned } = await withoutCorrections(now.look, standing);
  if (unplanned !== undefined) {
    const isRunning = now.diagnosis.prediction.outcome === 'starts';
    const worse = `CRI-O starts now, and cannot predict what it would do afterwards: ${unplanned}`;
    return { entries, unseen: [], ...(isRunning ? { worse } : {}) };
  }
  const then = await checkHost(without, check);
  const unseen = await unseenImages(now, then);
  const worse = whyWorse(now, then) ?? (unseen.length === 0 ? undefined : unseenSentence(unseen));
  return {
    entries,
    afterwards: then.diagnosis.prediction,
    unseen,
    ...(worse === undefined ? {} : { worse }),
  };
}

const RANK: Readonly<Record<Prediction['outcome'], number>> = { fails: 0, unknown: 1, starts: 2 };

/** Why one look at the host is worse than an earlier one, images aside. */
export function whyWorse(before: Checked, after: Checked): string | undefined {
  const [was, is] = [before.diagnosis.prediction, after.diagnosis.prediction];
  if (RANK[is.outcome] < RANK[was.outcome]) {
    return is.outcome === 'fails'
      ? `CRI-O would fail: ${is.words}`
      : 'cannot predict whether CRI-O would start';
  }
  if (was.outcome === 'starts' && is.outcome === 'starts' && was.dataset !== is.dataset) {
    const place = is.dataset ?? `no dataset (driver ${is.driver})`;
    return `new layers would be created in ${place} instead of ${was.dataset ?? `the driver ${was.driver}`}`;
  }
  const known = new Set(before.outcomes.findings.map(({ code }) => code));
  const error = after.outcomes.findings.find(
    ({ code, severity, ignored }) => severity === 'error' && !ignored && !known.has(code),
  );
  return error === undefined
    ? whyStoreUnknown(before, after)
    : `${error.code} would appear: ${error.message}`;
}

/** Images that nobody could count must not vanish. */
function whyStoreUnknown({ diagnosis: { input: was } }: Checked, { diagnosis: { input: is } }: Checked) {
  if (was === undefined || was.request.graphroot === is?.request.graphroot) return undefined;
  const { content, path } = was.facts.store.images;
  return content.state === 'unknown' ? `whether images are stored in ${path} is unknown` : undefined;
}

const SHOWN = 3;

function unseenSentence(unseen: readonly string[]): string {
  const more = unseen.length > SHOWN ? ` and ${unseen.length - SHOWN} more` : '';
  const count = unseen.length === 1 ? '1 image' : `${unseen.length} images`;
  return `${count} would no longer be seen: ${unseen.slice(0, SHOWN).join(', ')}${more}`;
}

async function unseenImages(now: Checked, then: Checked): Promise<readonly string[]> {
  const images = now.diagnosis.input?.facts.store.images;
  if (images === undefined) return [];
  const seen = new Set(idsOf(then.diagnosis.input?.facts.store.images));
  const gone = idsOf(images).filter((id) => !seen.has(id));
  if (gone.length === 0) return [];
  const names = await imageNames(now.look, images.path);
  return gone.map((id) => names.get(id) ?? id);
}

function idsOf(file: StoreFile | undefined): readonly string[] {
  const content = file === undefined ? undefined : valueOf(file.content);
  return content?.kind === 'list' ? content.ids : [];
}

/** The first name of each image, as containers/storage keeps it in images.json. */
async function imageNames(host: Host, path: string): Promise<ReadonlyMap<string, string>> {
  const bytes = valueOf(await host.readFile(path));
  const names = new Map<string, string>();
  if (bytes === undefined) return names;
  try {
    const records: unknown = JSON.parse(decodeText(bytes));
    for (const record of Array.isArray(records) ? records : []) {
      if (!isRecord(record) || typeof record['id'] !== 'string' || !Array.isArray(record['names'])) continue;
      const name: unknown = record['names'][0];
      if (typeof name === 'string') names.set(record['id'], name);
    }
  } catch {
    // The IDs are known all the same.
  }
  return names;
}
