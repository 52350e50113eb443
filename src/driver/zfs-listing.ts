import type { Dataset } from '../facts/zfs/datasets.js';
import { GO_ZFS_COLUMNS } from '../facts/zfs/fsname-listing.js';
import type { Execution } from '../host/host.js';
import { isWithin } from '../host/pool-state.js';
import { valueOf, type Probe, type ProbeFailure } from '../host/probe.js';
import type { DriverCause } from './cause.js';
import { fail, pass, unsure, type Step } from './prediction.js';
import type { PredictionInput } from './prediction-input.js';

/** go-zfs Filesystems(): `zfs list -rHp -t filesystem -o … NAME` must print a line of that name. */
export function listingStep(input: PredictionInput, dataset: string): Step<DriverCause> {
  // zfs takes it for an option, and lists whatever it lists: no dataset has such a name.
  if (dataset.startsWith('-')) return fail({ kind: 'dataset-not-listed', dataset });
  const { datasets, fsnameListing } = input.facts.zfs;
  const listed = valueOf(datasets) ?? [];
  const isFilesystem = ({ type }: Dataset): boolean => type === 'filesystem';
  if (listed.some((one) => one.name === dataset && isFilesystem(one))) {
    return isSplit(input, dataset, listed.filter(isFilesystem)) ? notUnderstood(dataset) : pass;
  }
  if (fsnameListing === undefined) return unsure(whyUnlisted(datasets));
  if (fsnameListing.state !== 'known') return unsure(whyUnlisted(fsnameListing));
  return confirmed(input, dataset, readListing(input, dataset, fsnameListing.value));
}

const notUnderstood = (dataset: string) => fail({ kind: 'zfs-list-not-understood', dataset });

/** go-zfs splits at tabs, v2 at every blank (strings.Fields), and then sees more columns than it asked for. */
function isSplit(
  { model }: PredictionInput,
  dataset: string,
  names: readonly { readonly name: string; readonly mountpoint: string }[],
): boolean {
  const separator = model.oldGoZfs ? /\s/ : /[\t\n]/;
  return names.some(
    ({ name, mountpoint }) => (separator.test(name) || separator.test(mountpoint)) && isWithin(name, dataset),
  );
}

/** Columns that go-zfs parses as numbers (parseLine). */
const NUMBERS = [2, 3, 7, 8, 9, 10, 11, 12];

/** What go-zfs makes of the answer to exactly its question. */
function readListing({ model }: PredictionInput, dataset: string, execution: Execution): Step<DriverCause> {
  const { exitCode, stdout, stderr } = execution;
  if (exitCode !== 0) return fail({ kind: 'dataset-refused', dataset, exitCode, answer: stderr });
  const lines = stdout.split('\n').slice(0, -1);
  const cells = lines.map((line) => (model.oldGoZfs ? line.split(/\s+/) : line.split('\t')));
  if (cells.some(({ length }) => length !== GO_ZFS_COLUMNS.split(',').length)) return notUnderstood(dataset);
  if (cells.some((line) => NUMBERS.some((column) => !/^(?:\d+|-)$/.test(line[column] ?? ''))))
    return notUnderstood(dataset);
  return cells.some(([name]) => name === dataset) ? pass : fail({ kind: 'dataset-not-listed', dataset });
}

/**
 * One failed answer of a program proves nothing. That a dataset does not exist is certain when the list of
 * all datasets leaves it out too and the kernel does not mount it; that its list cannot be read, when the
 * kernel shows a name or mountpoint that go-zfs splits.
 */
function confirmed(input: PredictionInput, dataset: string, answer: Step<DriverCause>): Step<DriverCause> {
  if (answer.kind !== 'fail') return answer;
  const { mounts, zfs } = input.facts;
  if (mounts.state === 'unknown') return unsure(mounts.why);
  const mounted = (valueOf(mounts) ?? []).filter(({ fileSystem }) => fileSystem === 'zfs');
  if (answer.cause.kind === 'zfs-list-not-understood') {
    const names = mounted.map(({ source, mountpoint }) => ({ name: source, mountpoint }));
    return isSplit(input, dataset, names) ? answer : unsure(contradiction(dataset, 'its output is cut off'));
  }
  if (zfs.datasets.state !== 'known') return unsure(whyUnlisted(zfs.datasets));
  return mounted.some(({ source }) => source === dataset)
    ? unsure(contradiction(dataset, 'zfs does not list it, but it is mounted'))
    : answer;
}

const contradiction = (dataset: string, detail: string): ProbeFailure => ({
  kind: 'depends',
  question: `list ${dataset}`,
  detail,
});

function whyUnlisted(probe: Probe<unknown>): ProbeFailure {
  if (probe.state === 'unknown') return probe.why;
  return { kind: 'depends', question: 'list the dataset', detail: 'it was not asked for' };
}
