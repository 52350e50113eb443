import { readdirSync, readFileSync } from 'node:fs';
import { readCases } from '../config/corpus.js';
import { HOSTS } from '../hosts/replay.js';

/** A recorded answer, as far as it is needed here. */
interface Answer {
  readonly ask: readonly (string | readonly string[])[];
  readonly answer: {
    readonly state: string;
    readonly value?: { readonly text?: string; readonly stdout?: string };
  };
}

/** Which recorded answers are read by a parser. */
const ASKED: readonly (readonly [parser: string, asked: RegExp])[] = [
  ['/proc/self/mountinfo', /^readFile .*\/mountinfo$/],
  ['fstab', /^readFile \/etc\/fstab$/],
  ['zfs-list.cache', /^readFile .*zfs-list\.cache\//],
  ['zfs list', /^run \S*zfs list/],
  ['kubelet.service', /^readFile .*kubelet\.service$/],
  ['sanoid.conf', /^readFile .*sanoid\.conf$/],
  ['daemon.json', /^readFile .*daemon\.json$/],
  ['images.json', /^readFile .*images\.json$/],
  ['containers.json', /^readFile .*containers\.json$/],
  ['layers.json', /^readFile .*layers\.json$/],
  ['systemctl show', /^run \S*systemctl show /],
  ['ExecStart of busctl', /^run \S*busctl/],
  ['environment file', /^readFile .*\/crio$/],
  ['crio --version', /^run \S*crio --version/],
  ['a check with this crio.service', /^readFile .*crio\.service/],
];

/** Texts that real programs wrote, by the parser that reads them. */
export function readSeeds(): ReadonlyMap<string, readonly string[]> {
  const seeds = new Map<string, Set<string>>();
  const add = (parser: string, text: string): void => {
    seeds.set(parser, (seeds.get(parser) ?? new Set()).add(text));
  };
  for (const name of readdirSync(HOSTS)) {
    const text = readFileSync(`${HOSTS}/${name}`, 'utf8');
    if (name.endsWith('.report.json')) {
      add('report on the bus', text);
      continue;
    }
    add('recording', text);
    // The files are ours; an unexpected form fails here.
    const { answers } = JSON.parse(text) as { readonly answers: readonly Answer[] };
    for (const { ask, answer } of answers) {
      const content = answer.value?.text ?? answer.value?.stdout;
      if (answer.state !== 'known' || content === undefined) continue;
      for (const [parser, asked] of ASKED) if (asked.test(ask.flat().join(' '))) add(parser, content);
    }
  }
  for (const { files } of readCases()) {
    for (const [path, text] of Object.entries(files)) {
      add('TOML 1.0', text);
      add('TOML 1.1', text);
      add(
        path.endsWith('storage.conf') ? 'a check with this storage.conf' : 'a check with this drop-in',
        text,
      );
    }
  }
  return new Map([...seeds].map(([parser, texts]) => [parser, [...texts]]));
}
