import { GUARD_ENVIRONMENT_FILE } from '../../src/config/service/unit-environment.js';
import { service } from '../fix/service.js';
import { BuiltProgram } from './built-program.js';

/** The file of kata-deploy, and an option of it that the zfs driver refuses. */
export const KATA = '/etc/crio/crio.conf.d/99-kata-deploy';
export const ADDED = '[crio]\nstorage_option = ["overlay.skip_mount_home=true"]\n';

/** A node on which CRI-O starts with the driver zfs, until the file of kata-deploy is there. */
export function kataNode(): BuiltProgram {
  const guard = new BuiltProgram();
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
  return guard;
}
