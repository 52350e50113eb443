import type { Host } from '../../host/host.js';
import { done, refusedStep, unknownStep, type ConfigurationNote, type Step } from '../configuration.js';
import { ERRNO_WORDS, readConfigurationFile, type FileResult } from '../go-struct/configuration-file.js';
import { applyCrioConf, crioConfNotes, setsStorage, type Merged } from './crio-conf.js';
import { CRIO_CONF } from './crio-conf-schema.js';
import type { CrioVersion } from '../installed-crio/crio-version.js';
import { appearanceOf, walkDropIns } from './drop-ins.js';
import type { FlagValue } from '../service/flags.js';
import type { Invocation } from '../service/invocation.js';
import { refusalOf, refusalPlace, type OtherRefusal } from '../refusal.js';

/** The defaults of --config and --config-dir. */
export const CONFIGURATION = '/etc/crio/crio.conf';
export const DROP_INS = '/etc/crio/crio.conf.d';
const MERGE = 'get and merge config from context: ';
const MAIN_FILE: ReadStep = {
  prefix: `${MERGE}update config from file: update config from drop-in file: `,
  absent: 'crio-conf-missing',
  broken: 'crio-conf-broken',
  directory: 'crio-conf-broken',
};
const DROP_IN: ReadStep = {
  prefix: `${MERGE}update config from path: walk path: `,
  absent: 'drop-in-missing',
  broken: 'drop-in-broken',
  directory: 'drop-in-is-directory',
};

/** Reads crio.conf and the drop-ins, in the order in which CRI-O lays them over each other. */
export class CrioConfReader {
  constructor(
    private readonly host: Host,
    private readonly invocation: Invocation,
    private readonly version: CrioVersion,
    private readonly notes: ConfigurationNote[],
  ) {}

  /** Older versions print the reason alone. */
  private step(read: ReadStep): ReadStep {
    return this.version.behaviour.wrapsMergeErrors ? read : { ...read, prefix: '' };
  }

  private read(path: string): Promise<FileResult> {
    const { workingDirectory, environment } = this.invocation;
    const request = { path, workingDirectory, environment, schema: CRIO_CONF, version: this.version };
    return readConfigurationFile(this.host, request);
  }

  /** --config: a file that was not named may be missing, "" is none. */
  async mainFile(merged: Merged, flag: FlagValue | undefined): Promise<Step<Merged>> {
    const path = flag?.values.at(-1) ?? CONFIGURATION;
    if (path === '') return done(merged);
    const result = await this.read(path);
    if (result.kind === 'absent' && result.errno === 'ENOENT' && flag === undefined) return done(merged);
    return this.apply(merged, path, result, this.step(MAIN_FILE));
  }

  async dropIns(before: Merged, directory: string): Promise<Step<Merged>> {
    let merged = before;
    const read = this.step(DROP_IN);
    for await (const step of walkDropIns(this.host, directory, this.invocation.workingDirectory)) {
      if (step.kind === 'unknown') return unknownStep(step.why);
      const { path } = step;
      if (step.kind === 'refused') return stop(read, 'absent', { file: path }, step.words);
      const result = await this.read(path);
      this.noteDropIn(path, step.isSymlink, result);
      const applied = this.apply(merged, path, result, read);
      if (applied.kind !== 'done') return applied;
      merged = applied.value;
    }
    return done(merged);
  }

  private noteDropIn(path: string, isSymlink: boolean, result: FileResult): void {
    if (isSymlink && result.kind === 'absent') {
      const detail = `${path} is a symlink to nothing`;
      this.notes.push({ kind: 'dangling-drop-in', file: path, detail });
    }
    if (isSymlink && result.kind === 'directory') {
      const detail = `${path} is a symlink to a directory, which CRI-O tries to read as a file`;
      this.notes.push({ kind: 'symlinked-drop-in-directory', file: path, detail });
    }
    const appearance = appearanceOf(path);
    if (appearance === undefined || result.kind === 'unknown') return;
    const effect = result.kind !== 'read' ? 'stops' : setsStorage(result.file) ? 'sets' : 'idle';
    const detail = `CRI-O reads ${path} like any other file in that directory, whatever its name`;
    this.notes.push({ kind: 'accidental-drop-in', file: path, appearance, effect, detail });
  }

  private apply(merged: Merged, path: string, result: FileResult, read: ReadStep): Step<Merged> {
    switch (result.kind) {
      case 'unknown':
        return unknownStep(result.why);
      case 'absent':
        return stop(read, 'absent', { file: path }, `open ${path}: ${ERRNO_WORDS[result.errno]}`);
      case 'directory':
        return stop(read, 'directory', { file: path }, `read ${path}: is a directory`);
      case 'refused': {
        const { message, line, key, exactWords } = result;
        const prefix = `${read.prefix}unable to decode configuration ${path}: `;
        const cause = { kind: read.broken, ...refusalPlace(path, line, key) };
        return refusedStep(refusalOf(cause, message, { prefix, exactWords }));
      }
      case 'read': {
        const { file } = result;
        const next = applyCrioConf(merged, file);
        for (const note of crioConfNotes(file)) this.notes.push(note);
        const [ambiguous] = file.ambiguous;
        if (ambiguous === undefined) return done(next);
        const why = `${path} spells ${ambiguous} in two ways with different values; CRI-O picks one at random`;
        return unknownStep(why);
      }
    }
  }
}

/** What CRI-O prints before the reason, and the cause by what is wrong with the file. */
interface ReadStep {
  readonly prefix: string;
  readonly absent: OtherRefusal;
  readonly broken: OtherRefusal;
  readonly directory: OtherRefusal;
}

const stop = (
  read: ReadStep,
  problem: 'absent' | 'directory',
  place: { readonly file: string },
  reason: string,
): Step<never> => refusedStep(refusalOf({ kind: read[problem], ...place }, reason, { prefix: read.prefix }));
