import type { Host } from '../host/host.js';
import { describeFailure } from '../host/probe.js';
import { goQuote } from '../text/go-text.js';
import { done, refusedStep, unknownStep, type Step } from './configuration.js';
import { ERRNO_WORDS, readConfigurationFile } from './go-struct/configuration-file.js';
import { struct } from './go-struct/struct-schema.js';
import type { CrioVersion } from './installed-crio/crio-version.js';
import { refusalOf, refusalPlace, type RefusalPlace } from './refusal.js';
import type { Invocation } from './service/invocation.js';

const DISTRIBUTION = '/usr/share/containers/containers.conf';
const ADMINISTRATOR = '/etc/containers/containers.conf';
const DROP_INS = `${ADMINISTRATOR}.d`;

/** containers/common config.Config, as far as its fields are in use. */
const CONTAINERS_CONF = struct({
  goName: 'config.Config',
  nested: {
    containers: struct({
      goName: 'config.ContainersConfig',
      plain: {
        string: `apparmor_profile cgroupns cgroups default_sysctls? ipcns log_driver log_path netns pidns
          seccomp_profile timezone tz umask userns utsns init_path shm_size`,
        boolean: `env_host http_proxy init label keyring no_hosts privileged read_only`,
        integer: 'log_size_max pids_limit userns_size',
      },
    }),
    engine: struct({
      goName: 'config.EngineConfig',
      plain: {
        string: `cgroup_manager database_backend detach_keys events_logger events_logfile_path image_build_format
          image_default_format image_default_transport image_parallel_copies? infra_image infra_command
          lock_type namespace network_cmd_path pull_policy runtime static_dir tmp_dir volume_path
          image_copy_tmp_dir compose_warning_logs? signature_policy_path?`,
        boolean:
          'enable_port_reservation no_pivot_root remote multi_image_archive events_container_create_inspect_data',
        integer: 'chown_copied_files? exit_command_delay num_locks service_timeout stop_timeout',
      },
    }),
    network: struct({
      goName: 'config.NetworkConfig',
      plain: { string: 'network_backend default_network default_subnet network_config_dir' },
    }),
  },
});

/** pkg/config/pull_policy.go ParsePullPolicy, after ToLower. */
const PULL_POLICIES = new Set([
  '',
  'always',
  'missing',
  'ifmissing',
  'ifnotpresent',
  'newer',
  'ifnewer',
  'never',
]);

/**
 * The containers.conf that a package of podman reads while CRI-O starts (containers/common config.New). It says
 * nothing about CRI-O's storage, but an error in it ends CRI-O.
 */
export async function checkContainersConf(
  host: Host,
  { environment, workingDirectory }: Invocation,
  version: CrioVersion,
): Promise<Step<undefined>> {
  const named = environment.get('CONTAINERS_CONF') ?? '';
  const dropIns = named === '' ? await dropInFiles(host) : done<string[]>([]);
  if (dropIns.kind !== 'done') return dropIns;
  const paths = named === '' ? [DISTRIBUTION, ADMINISTRATOR, ...dropIns.value] : [named];
  let pullPolicy = '';
  for (const path of paths) {
    const request = { path, workingDirectory, environment, schema: CONTAINERS_CONF, version };
    const result = await readConfigurationFile(host, request);
    const prefix = `reading system config ${goQuote(path)}: decode configuration ${path}: `;
    switch (result.kind) {
      case 'unknown':
        return unknownStep(result.why);
      case 'absent':
        if (named === '') continue;
        return refuse(
          `finding config on system: CONTAINERS_CONF file: stat ${path}: ${ERRNO_WORDS[result.errno]}`,
          {
            file: path,
          },
        );
      case 'directory':
        return refuse(`${prefix}read ${path}: is a directory`, { file: path });
      case 'refused': {
        const { line, key, exactWords } = result;
        return refuse(`${prefix}${result.message}`, refusalPlace(path, line, key), exactWords);
      }
      case 'read':
        pullPolicy = result.file.string('engine.pull_policy')?.value ?? pullPolicy;
    }
  }
  if (PULL_POLICIES.has(pullPolicy.toLowerCase())) return done(undefined);
  const policy = goQuote(pullPolicy);
  const words = `invalid pull type from containers.conf ${policy}: unsupported pull policy ${policy}`;
  return refuse(`validating engine configs: ${words}`, { key: 'engine.pull_policy' });
}

async function dropInFiles(host: Host): Promise<Step<string[]>> {
  const entries = await host.readDirectory(DROP_INS);
  if (entries.state === 'unknown') return unknownStep(describeFailure(entries.why));
  if (entries.state === 'absent') return done([]);
  const names = entries.value.filter(({ name, kind }) => name.endsWith('.conf') && kind !== 'directory');
  return done(names.map(({ name }) => `${DROP_INS}/${name}`).sort());
}

const refuse = (message: string, place: RefusalPlace, exactWords = true): Step<never> =>
  refusedStep(refusalOf({ kind: 'unrelated', ...place }, message, { exactWords }));
