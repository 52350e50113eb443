import { CONFIGURATION_LIMIT, type Host } from '../host/host.js';
import { readOwnFile } from '../host/linux/own-file.js';
import { describeFailure, valueOf } from '../host/probe.js';
import { VERSION_FILE, type RememberedVersion } from '../config/installed-crio/installed-version.js';
import { removeAbandoned, writeFileAtomically } from '../host/linux/atomic-file.js';
import { makeOwnDirectory } from '../host/linux/own-directory.js';
import { parseRecord } from '../text/json-record.js';
import { jsonText } from '../text/json-text.js';
import { reportJson } from './json/report-json.js';
import type { Report } from './report.js';
import { parseLastReport, type LastReport } from './journal/restart-loop.js';
import { messageOf } from '../text/message-of.js';

/** The report is for others, and always that of the last run; the rest is read by crio-guard itself. */
const REPORT = 'report.json';
const LAST = 'last-report.json';

/** The files of /run/crio-guard. None of them is ever a reason to fail. */
export class ReportFiles {
  /**
   * @param owner the user who alone may write there
   * @param unavailable why nothing is read or written there now
   */
  constructor(
    readonly directory: string,
    private readonly owner = 0,
    private readonly mode = 0o755,
    private readonly unavailable?: string,
  ) {}

  /** The files, used only where their storage answers: this process must not hang in the kernel. */
  static async on(host: Host, directory: string): Promise<ReportFiles> {
    // Those that are read here: each may be a mount of its own.
    for (const path of [directory, ...[LAST, VERSION_FILE].map((name) => `${directory}/${name}`)]) {
      const there = await host.lstat(path);
      if (there.state === 'unknown') return new ReportFiles(directory, 0, 0o755, describeFailure(there.why));
    }
    return new ReportFiles(directory);
  }

  /**
   * Writes report.json, which the D-Bus service and others read. The facts are left out: on a node with
   * thousands of datasets they are megabytes, in memory, that no reader needs there.
   *
   * @returns why it could not be written
   */
  writeReport(report: Report): string | undefined {
    return this.write(REPORT, { ...reportJson(report), facts: undefined });
  }

  /** So that the next start does not run CRI-O to ask for its version. */
  writeVersion(version: RememberedVersion): void {
    this.write(VERSION_FILE, version);
  }

  /** @returns why it could not be written */
  writeLast(last: LastReport): string | undefined {
    return this.write(LAST, last);
  }

  readLast(): LastReport | undefined {
    if (this.unavailable !== undefined) return undefined;
    const path = `${this.directory}/${LAST}`;
    const text = valueOf(readOwnFile(path, CONFIGURATION_LIMIT, this.owner));
    return text === undefined ? undefined : parseLastReport(text);
  }

  /** A later version of crio-guard wrote it, and may need it again. */
  private isNewer(path: string): boolean {
    const text = valueOf(readOwnFile(path, CONFIGURATION_LIMIT, this.owner));
    const version = text === undefined ? undefined : parseRecord(text)?.['version'];
    return typeof version === 'number' && version > 1;
  }

  private write(name: string, content: unknown): string | undefined {
    if (this.unavailable !== undefined) return this.unavailable;
    if (name !== REPORT && this.isNewer(`${this.directory}/${name}`)) return undefined;
    return this.writeText(name, jsonText(content, 0));
  }

  /** @returns why it could not be written */
  writeText(name: string, text: string): string | undefined {
    if (this.unavailable !== undefined) return this.unavailable;
    try {
      makeOwnDirectory(this.directory, this.mode, this.owner);
      // Once in a run.
      if (name === REPORT) removeAbandoned(this.directory, this.owner);
      writeFileAtomically(`${this.directory}/${name}`, text, 0o644);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}
