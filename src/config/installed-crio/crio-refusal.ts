import { refusalOf, refusalPlace, type OtherRefusal, type Refusal, type RefusalCause } from '../refusal.js';

/** The beginnings of the messages by which CRI-O refuses its configuration. */
const MESSAGES: readonly (readonly [RegExp, OtherRefusal])[] = [
  [/^(?:error loading server config: )?toml: /, 'storage-conf-broken'],
  [/^(?:error loading server config: )?(?:no sub[ug]id ranges |initializing ID mappings: )/, 'storage-conf-broken'],
  [/^(?:error loading server config: )?(?:stat|faccessat) /, 'storage-conf-missing'],
  [/^error loading server config: read .*: is a directory/, 'storage-conf-is-directory'],
  [/^(?:error loading server config: )?imagestore /, 'imagestore-is-graphroot'],
  [/: update config from drop-in file: open /, 'crio-conf-missing'],
  [/: update config from drop-in file: /, 'crio-conf-broken'],
  [/: walk path: unable to decode configuration /, 'drop-in-broken'],
  [/: walk path: read .*: is a directory/, 'drop-in-is-directory'],
  [/: walk path: /, 'drop-in-missing'],
  // CRI-O before 1.31 prints the reason alone.
  [/^unable to decode configuration \S*crio\.conf: /, 'crio-conf-broken'],
  [/^unable to decode configuration /, 'drop-in-broken'],
  [/^open \S*crio\.conf: /, 'crio-conf-missing'],
  [/^open /, 'drop-in-missing'],
  [/^read .*: is a directory$/, 'drop-in-is-directory'],
  [/^(?:flag |bad flag syntax|invalid (?:boolean )?value |Cannot use two forms|could not parse |command )/, 'flag-refused'],
]; // prettier-ignore

/** The steps that CRI-O names before the reason. */
const STEPS = new RegExp(
  '^(?:(?:get and merge config from context|error loading server config|walk path|' +
    'update config from (?:file|drop-in file|path)): )*(?:unable to decode configuration .*?: (?=toml: ))?',
);

/** Reads cause and place from the message that the installed CRI-O printed. */
export function parseCrioRefusal(message: string): Refusal {
  const prefix = STEPS.exec(message)?.[0] ?? '';
  return refusalOf(causeOfMessage(message), message.slice(prefix.length), { prefix });
}

function causeOfMessage(message: string): RefusalCause {
  const file =
    /unable to decode configuration (.*?): toml: /.exec(message)?.[1] ??
    /(?:^|: )(?:open|read|stat|lstat) (.*): [^:]*$/.exec(message)?.[1];
  const line = /toml: line (\d+)/.exec(message)?.[1];
  const key = /\(last key "((?:[^"\\]|\\.)*)"\)/.exec(message)?.[1];
  const place = refusalPlace(file, line === undefined ? undefined : Number(line), key);
  const root = /^(?:error loading server config: )?(runroot|graphroot) must be set/.exec(message)?.[1];
  if (root === 'runroot' || root === 'graphroot') return { kind: 'roots-missing', missing: [root], ...place };
  const kind = MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? 'unrelated';
  return { kind, ...place };
}
