import type { Host } from '../../host/host.js';
import { done, unknownStep, type ConfigurationNote, type RefusalClass, type Step } from '../configuration.js';
import { ERRNO_WORDS, readConfigurationFile, type FileResult } from '../go-struct/configuration-file.js';
import { applyCrioConf, crioConfNotes, setsStorage, type Merged } from './crio-conf.js';
import { CRIO_CONF } from './crio-conf-schema.js';
import type { CrioVersion } from '../installed-crio/crio-version.js';
import { appearanceOf, walkDropIns } from './drop-ins.js';
import type { FlagValue } from '../service/flags.js';
import type { Invocation } from '../service/invocation.js';
import { refuse } from '../refusal.js';

const CONFIGURATION = '/etc/crio/crio.conf';
const MERGE = 'get and merge config from context: ';
const FROM_FILE = `${MERGE}update config from file: update config from drop-in file: `;
const FROM_PATH = `${MERGE}update config from path: walk path: `;

/** Reads crio.conf and the drop-ins, in the order in which CRI-O lays them over each other. */
export class CrioConfReader {
  constructor(
    private readonly host: Host,
    private readonly invocation: Invocation,
    private readonly version: CrioVersion,
    private readonly notes: ConfigurationNote[],
  ) {}

  private read(path: string): Promise<FileResult> {
    const { workingDirectory } = this.invocation;
    const request = { path, workingDirectory, schema: CRIO_CONF, version: this.version };
    return readConfigurationFile(this.host, request);
  }

  /** --config: a file that was not named may be missing, "" is none. */
  async mainFile(merged: Merged, flag: FlagValue | undefined): Promise<Step<Merged>> {
    const path = flag?.values.at(-1) ?? CONFIGURATION;
    if (path === '') return done(merged);
    const result = await this.read(path);
    if (result.outcome === 'absent' && result.errno === 'ENOENT' && flag === undefined) return done(merged);
    return this.apply(merged, path, result, {
      prefix: FROM_FILE,
      absent: 'C7',
      broken: 'C6',
      directory: 'C6',
    });
  }

  async dropIns(before: Merged, directory: string): Promise<Step<Merged>> {
    let merged = before;
    for await (const step of walkDropIns(this.host, directory, this.invocation.workingDirectory)) {
      if (step.outcome === 'unknown') return unknownStep(step.why);
      const { path } = step;
      if (step.outcome === 'refused') return refuse('C9', `${FROM_PATH}${step.words}`, { file: path });
      const result = await this.read(path);
      this.noteDropIn(path, step.isSymlink, result);
      const applied = this.apply(merged, path, result, {
        prefix: FROM_PATH,
        absent: 'C9',
        broken: 'C8',
        directory: 'C10',
      });
      if (applied.outcome !== 'done') return applied;
      merged = applied.value;
    }
    return done(merged);
  }

  private noteDropIn(path: string, isSymlink: boolean, result: FileResult): void {
    if (isSymlink && result.outcome === 'absent') {
      const detail = `${path} is a symlink to nothing`;
      this.notes.push({ kind: 'dangling-drop-in', file: path, detail });
    }
    if (isSymlink && result.outcome === 'directory') {
      const detail = `${path} is a symlink to a directory, which CRI-O tries to read as a file`;
      this.notes.push({ kind: 'symlinked-drop-in-directory', file: path, detail });
    }
    const appearance = appearanceOf(path);
    if (appearance === undefined || result.outcome === 'unknown') return;
    const effect = result.outcome !== 'read' ? 'stops' : setsStorage(result.file) ? 'sets' : 'idle';
    const detail = `CRI-O reads ${path} like any other file in that directory, whatever its name`;
    this.notes.push({ kind: 'accidental-drop-in', file: path, appearance, effect, detail });
  }

  private apply(merged: Merged, path: string, result: FileResult, words: RefusalWords): Step<Merged> {
    const { prefix } = words;
    switch (result.outcome) {
      case 'unknown':
        return unknownStep(result.why);
      case 'absent':
        return refuse(words.absent, `${prefix}open ${path}: ${ERRNO_WORDS[result.errno]}`, { file: path });
      case 'directory':
        return refuse(words.directory, `${prefix}read ${path}: is a directory`, { file: path });
      case 'refused': {
        const message = `${prefix}unable to decode configuration ${path}: ${result.message}`;
        const { line, key, exactWords } = result;
        return refuse(words.broken, message, { file: path, line, key, exactWords });
      }
      case 'read': {
        const { file } = result;
        const next = applyCrioConf(merged, file);
        this.notes.push(...crioConfNotes(file));
        const [ambiguous] = file.ambiguous;
        if (ambiguous === undefined) return done(next);
        const why = `${path} spells ${ambiguous} in two ways with different values; CRI-O picks one at random`;
        return unknownStep(why);
      }
    }
  }
}

interface RefusalWords {
  readonly prefix: string;
  readonly absent: RefusalClass;
  readonly broken: RefusalClass;
  readonly directory: RefusalClass;
}
