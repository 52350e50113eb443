import type { Report } from '../report/report.js';
import { refusal, type Action, type Asking } from './authority.js';
import { GUARD, GUARD_PATH, type GuardMethod, type GuardProperty } from './definition.js';
import { ERROR, failed, returned, type Answer, type BusValue, type Call } from './message.js';
import { BusObject, type Implementation } from './object.js';
import { parseReport } from './published-state.js';
import { revertedOf } from './reverted.js';
import type { ReportState } from './state.js';
import type { Work, Worker } from './worker.js';

/** The part of a rule that Explain tells. */
export interface Explained {
  readonly code: string;
  readonly slug: string;
  readonly severity: string;
  readonly certainty: string;
  readonly title: string;
  readonly explanation: readonly string[];
  readonly remedy: readonly string[];
  readonly references: readonly string[];
}

export interface GuardServices {
  readonly bus: Asking;
  readonly state: ReportState;
  readonly worker: Pick<Worker, 'run'>;
  readonly rules: readonly Explained[];
  readonly version: string;
  readonly machineId: () => string | undefined;
}

/** Calls at work, or waiting for a consent, beyond which new ones are turned away: reading stays possible. */
const AT_WORK = 1024;

/** io.github.crioguard.Guard1 */
export class Guard implements Implementation {
  private atWork = 0;

  constructor(private readonly services: GuardServices) {}

  object(): BusObject {
    return new BusObject(GUARD_PATH, GUARD, this);
  }

  machineId(): string | undefined {
    return this.services.machineId();
  }

  property(name: string): BusValue {
    // The object asks for names of the definition alone.
    const property = name as GuardProperty;
    return property === 'Version' ? this.services.version : this.services.state.value(property);
  }

  invoke(call: Call): Promise<Answer> {
    // The object has looked the member up in the definition.
    const method = call.member as GuardMethod;
    switch (method) {
      case 'Check':
        return this.permitted(call, 'io.github.crioguard.check', () => this.check());
      case 'Fix':
        return this.permitted(call, 'io.github.crioguard.fix', () => this.fix(call.body[0] === true));
      case 'Revert':
        return this.permitted(call, 'io.github.crioguard.revert', () => this.revert());
      case 'Explain':
        return Promise.resolve(this.explain(call.body[0]));
    }
  }

  private async permitted(call: Call, action: Action, then: () => Promise<Answer>): Promise<Answer> {
    if (this.atWork >= AT_WORK) return failed(ERROR.limitsExceeded, 'too many calls at a time');
    this.atWork += 1;
    try {
      return (await refusal(this.services.bus, call, action)) ?? (await then());
    } finally {
      this.atWork -= 1;
    }
  }

  private check(): Promise<Answer> {
    return this.withReport('check', ({ verdict }) => returned('s', [verdict]));
  }

  private fix(dryRun: boolean): Promise<Answer> {
    return this.withReport(dryRun ? 'plan' : 'fix', ({ correction, verdict }) =>
      returned('ssa(sss)ss', [
        correction.state,
        correction.code ?? '',
        correction.actions.map(({ kind, description, difference = '' }) => [kind, description, difference]),
        correction.refusal ?? '',
        verdict,
      ]),
    );
  }

  private async revert(): Promise<Answer> {
    return this.work('revert', (output) => {
      const reverted = revertedOf(output);
      if (typeof reverted === 'string') return failed(ERROR.failed, reverted);
      return returned('a(ssas)', [reverted.map(({ code, time, left }) => [code, time, left])]);
    });
  }

  private explain(word: unknown): Answer {
    const text = String(word);
    const rule = this.services.rules.find(({ code, slug }) => code === text.toUpperCase() || slug === text);
    if (rule === undefined) return failed(ERROR.invalidArguments, `there is no rule ${text.slice(0, 40)}`);
    const { code, slug, severity, certainty, title, explanation, remedy, references } = rule;
    const body = [code, slug, severity, certainty, title, explanation, remedy, references];
    return returned('sssssasasas', body);
  }

  private withReport(work: Work, answer: (report: Report) => Answer): Promise<Answer> {
    return this.work(work, (output) => {
      const report = parseReport(output);
      if (typeof report === 'string') return failed(ERROR.failed, `crio-guard printed no report: ${report}`);
      this.services.state.show(report);
      return answer(report);
    });
  }

  private async work(work: Work, answer: (output: string) => Answer): Promise<Answer> {
    const result = await this.services.worker.run(work);
    if (result.kind === 'busy') return failed(ERROR.failed, 'a correction is being made or taken back');
    return result.kind === 'failed' ? failed(ERROR.failed, result.why) : answer(result.output);
  }
}
