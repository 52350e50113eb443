import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GUARD_ENVIRONMENT_FILE } from '../../src/config/service/unit-environment.js';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { service } from '../fix/service.js';
import { BuiltProgram } from './built-program.js';

const skip = BuiltProgram.lacking ?? false;
const KATA = '/etc/crio/crio.conf.d/99-kata-deploy';
const ADDED = '[crio]\nstorage_option = ["overlay.skip_mount_home=true"]\n';

const guard = new BuiltProgram();
after(() => guard.close());
guard.withZfs('tank', ['tank/crio']);
guard.write(
  '/etc/containers/storage.conf',
  '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio"\nrunroot = "/run/c"\n' +
    '[storage.options.zfs]\nfsname = "tank/crio"\n',
);
guard.write('/run/systemd/system/.keep', '');
guard.write(
  '/usr/lib/systemd/system/crio.service',
  '[Service]\nExecStart=/usr/bin/crio\n' + `EnvironmentFile=-${GUARD_ENVIRONMENT_FILE}\n`,
);
const [show] = service([GUARD_ENVIRONMENT_FILE]);
guard.write('/show', show?.stdout ?? '');
guard.program('systemctl', 'case "$1" in show) cat /show;; *) echo PATH=/usr/sbin:/usr/bin;; esac');
// What CRI-O makes of the files, and of the variable over them.
guard.program(
  'crio',
  `if [ "$1" != config ]; then echo crio version 1.36.3; exit; fi
echo '[crio]
root = "/var/lib/crio"
runroot = "/run/c"
imagestore = ""
storage_driver = "zfs"
storage_option = ['
echo "	\\"zfs.fsname=tank/crio\\","
[ -n "$CONTAINER_STORAGE_OPT" ] || [ ! -s ${KATA} ] || echo '	"overlay.skip_mount_home=true",'
echo ]`,
);

/** What the run before a start leaves in the file for crio.service, and what it says of the correction. */
function start(environment = {}) {
  const { stdout, stderr } = guard.run(['--prestart'], environment);
  const report = parseRecord(guard.read('/run/crio-guard/report.json') ?? '') ?? {};
  const correction = isRecord(report['correction']) ? report['correction'] : {};
  const variables = guard.read(GUARD_ENVIRONMENT_FILE)?.match(/^[A-Z_]+=.*$/gm) ?? [];
  return { stops: stdout === 'stop\n', variables, state: correction['state'], why: stderr };
}

const VARIABLE = 'CONTAINER_STORAGE_OPT=zfs.fsname=tank/crio';

test(
  'the option of kata-deploy is taken out before a start, and only as long as it is there',
  { skip },
  () => {
    guard.write(KATA, ADDED);
    const first = start();
    assert.deepEqual(
      [first.stops, first.state, first.variables],
      [false, 'applied', [VARIABLE]],
      first.why + (guard.read('/run/crio-guard/report.json') ?? ''),
    );
    // The file of another program stays as it is.
    assert.equal(guard.read(KATA), ADDED);
    const inherited = { CONTAINER_STORAGE_OPT: 'zfs.fsname=tank/crio' };
    const second = start(inherited);
    assert.deepEqual([second.stops, second.variables], [false, [VARIABLE]], second.why);
    guard.write(KATA, '');
    const mended = start(inherited);
    assert.deepEqual([mended.stops, mended.variables], [false, []], mended.why);
    assert.equal(guard.read(GUARD_ENVIRONMENT_FILE), undefined);
    // Written again at the next deployment of Kata.
    guard.write(KATA, ADDED);
    assert.deepEqual(start().variables, [VARIABLE]);
  },
);

test('it is refused where a value that stays has a comma, and the start is stopped', { skip }, () => {
  guard.remove('/run/crio-guard', '/var/lib/crio-guard');
  guard.write(KATA, ADDED);
  const conf = guard.read('/etc/containers/storage.conf') ?? '';
  guard.write('/etc/containers/storage.conf', `${conf}mountopt = "nodev,noatime"\n`);
  const { stops, state, variables } = start();
  assert.deepEqual([stops, state, variables], [true, 'refused', []]);
});
