import { defineRule } from '../rule.js';
import { setBy } from '../shared/setting.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly rootSetBy: string;
  readonly runrootSetBy: string;
};

export const noRoots = defineRule<Data>({
  code: 'CG217',
  slug: 'no-roots',
  severity: 'error',
  certainty: 'exact',
  title: 'Both root and runroot are empty',
  explanation: [
    'A flag or variable can set root and runroot to an empty string. If one is empty, containers/storage ' +
      'uses the value of storage.conf. If both are empty, it refuses to start (GetStore in store.go: ' +
      'missing necessary StoreOptions). The usual cause is an unset variable in the unit, as in ' +
      '--root=$CRIO_ROOT.',
  ],
  remedy: [
    'Set root and runroot to a path, or remove the flags and variables that set them to an empty string.',
  ],
  references: ['crio(8)', 'systemd.service(5)'],
  messageId: 'a668971bb22faefe3130df5341a0449b',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['roots-empty'], (_, store) => ({
      rootSetBy: setBy(store, 'root'),
      runrootSetBy: setBy(store, 'runroot'),
    })),
  message: () => 'root and runroot are both empty, so CRI-O refuses to start.',
  advice: ({ rootSetBy, runrootSetBy }) => [
    sentence(`root is set by ${rootSetBy}, runroot by ${runrootSetBy}.`),
    sentence('Show the command line and the variables of CRI-O:'),
    command('systemctl show crio.service -p ExecStart -p Environment -p EnvironmentFiles'),
  ],
  examples: {
    fail: [{ flags: ['--root=', '--runroot='] }],
    pass: [{}, { flags: ['--runroot', '/run/other'] }],
  },
});
