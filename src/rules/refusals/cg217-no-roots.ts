import { defineRule } from '../rule.js';
import { setBy } from '../shared/setting.js';
import { whenRefused } from './refusal.js';

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
    'A flag or variable may set root and runroot to nothing. With one of them empty containers/storage fills it from ' +
      'storage.conf, with both it refuses (store.go GetStore: missing necessary StoreOptions). It comes from variables ' +
      'in the unit that were meant to be set and are not, as in --root=$CRIO_ROOT.',
  ],
  remedy: ['Give root and runroot a path, or remove the flags and variables that empty them.'],
  references: ['crio(8)', 'systemd.service(5)'],
  messageId: 'a668971bb22faefe3130df5341a0449b',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['roots-empty'], (_, store) => ({
      rootSetBy: setBy(store, 'root'),
      runrootSetBy: setBy(store, 'runroot'),
    })),
  message: () => 'root and runroot are both empty, so CRI-O has no place for its store.',
  advice: ({ rootSetBy, runrootSetBy }) => [
    `root is set by ${rootSetBy}, runroot by ${runrootSetBy}.`,
    'See how CRI-O is called and what its variables hold:',
    'systemctl show crio.service -p ExecStart -p Environment -p EnvironmentFiles',
  ],
  examples: {
    fail: [{ flags: ['--root=', '--runroot='] }],
    pass: [{}, { flags: ['--runroot', '/run/other'] }],
  },
});
