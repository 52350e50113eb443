import type { ExampleMachine } from '../../src/rules/rule.js';
import type { Change } from './changing-host.js';

/** Files of a machine that runs systemd, with crio.service as CRI-O ships it. */
export const SYSTEMD: NonNullable<ExampleMachine['files']> = {
  '/run/systemd/system/': '',
  '/usr/lib/systemd/system/crio.service': '[Service]\nExecStart=/usr/bin/crio $CRIO_STORAGE_OPTIONS\n',
};

/** What systemd says of crio.service. */
export function service(environmentFiles: readonly string[], ...environment: readonly string[]): Change[] {
  const show = [
    'LoadState=loaded',
    'ExecStart={ path=/usr/bin/crio ; argv[]=/usr/bin/crio $CRIO_STORAGE_OPTIONS ; ignore_errors=no ; ' +
      'start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }',
    ...(environment.length === 0 ? [] : [`Environment=${environment.join(' ')}`]),
    ...environmentFiles.map((path) => `EnvironmentFiles=${path} (ignore_errors=yes)`),
  ];
  return [
    { command: 'systemctl show crio.service -p LoadState', stdout: `${show.join('\n')}\n` },
    { command: 'systemctl show-environment', stdout: 'PATH=/usr/sbin:/usr/bin\n' },
  ];
}
