import * as fs from 'node:fs';
import { parentOf } from '../../src/host/paths.js';
import { BuiltProgram } from '../cli/built-program.js';
import type { Attempted, Fault, HostileClass } from './fault.js';
import { FORMS, type Form } from './forms.js';
import { healthyNode, limit, OWN_FILES } from './healthy-node.js';
import { faultOfRun, faultOfStart } from './start-of.js';

const LEDGER = '{"version":1,"entries":[]}';
/** What a start does not write by itself. */
const CONTENT: Readonly<Record<string, string>> = {
  '/etc/crio-guard/crio-guard.conf': 'deadline = 2\n',
  '/etc/crio-guard/crio-guard.conf.d': 'deadline = 2\n',
  '/var/lib/crio-guard/ledger.json': LEDGER,
  '/run/crio-guard/ledger.json': LEDGER,
  '/run/crio-guard/crio.env': 'HOME=/root\n',
};

/** Commands that read the file, and change nothing on a node on which nothing is wrong. */
const COMMANDS: readonly (readonly string[])[] = [['--check'], ['--revert', '--list'], ['--revert', '--yes']];

export class OwnState {
  private readonly node = healthyNode(30);
  readonly paths = [...OWN_FILES, '/run/crio-guard/ledger.json', '/run/crio-guard/metrics.prom'];
  private readonly right = new Map<string, string>();

  constructor() {
    this.node.run(['--prestart']);
    for (const path of this.paths)
      this.right.set(path, CONTENT[path] ?? readFile(this.node.root + path) ?? '{"version":1}');
    limit(this.node, 2);
  }

  /** The commands of a node with one file of the guard in this form. */
  faultOf(path: string, form: Form): Fault | undefined {
    const at = this.node.root + path;
    const before = readFile(at);
    fs.mkdirSync(parentOf(at), { recursive: true });
    const put = (): void => {
      fs.rmSync(at, { recursive: true, force: true });
      form.make({ path: at, right: Buffer.from(this.right.get(path) ?? ''), machine: '/host' });
    };
    try {
      put();
      const fault = faultOfStart(this.node);
      if (fault !== undefined || !path.endsWith('ledger.json')) return fault;
      for (const command of COMMANDS) {
        put();
        const { fault: its } = faultOfRun(this.node, command);
        if (its !== undefined) return its;
      }
      return undefined;
    } finally {
      fs.rmSync(at, { recursive: true, force: true });
      if (before !== undefined) fs.writeFileSync(at, before);
    }
  }

  close(): void {
    this.node.close();
  }
}

function readFile(path: string): string | undefined {
  const status = fs.lstatSync(path, { throwIfNoEntry: false });
  return status?.isFile() === true ? fs.readFileSync(path, 'utf8') : undefined;
}

export const ownStateClass: HostileClass = {
  name: "file of the guard's own",
  lack: BuiltProgram.lacking,
  *attempts(): Iterable<Attempted> {
    const own = new OwnState();
    for (const path of own.paths) {
      for (const [behaviour, form] of Object.entries(FORMS))
        yield { what: `${path} is ${behaviour}`, fault: own.faultOf(path, form) };
    }
    own.close();
  },
};
