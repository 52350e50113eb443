/** What a flag takes: nothing, a text, a list split at commas, a number, a time. */
export type FlagType = 'boolean' | 'string' | 'list' | 'number' | 'duration';

export interface FlagDefinition {
  readonly name: string;
  readonly alias?: string;
  readonly type: FlagType;
  /** The variable that sets it when it is not given. */
  readonly variable?: string;
}

// internal/criocli getCrioFlags of CRI-O 1.24 to 1.36, all together. `name,alias:variable`; a variable of
// `+` is CONTAINER_ and the name in capitals. Which of these a version lacks makes no difference here: a flag
// that is missing there is refused by CRI-O itself.
const TEXTS = `config,c:+ config-dir,d:+ conmon:+ conmon-cgroup:+ listen:+ stream-address:+ stream-port:+ log:+
  log-format:+ log-level,l:+ log-filter:+ log-dir:+ pause-command:+ pause-image:+ pause-image-auth-file:+
  separate-pull-cgroup:PULL_IN_A_CGROUP global-auth-file:+ signature-policy:+ signature-policy-dir:+ root,r:+
  runroot:+ imagestore:+ storage-driver,s:+ default-transport:+ decryption-keys-path default-runtime:+
  seccomp-profile:+ privileged-seccomp-profile:+ apparmor-profile:+ blockio-config-file irqbalance-config-file
  irqbalance-config-restore-file rdt-config-file cgroup-manager:+ cni-default-network:+ cni-config-dir:+
  image-volumes:+ default-mounts-file:+ profile-cpu:+ profile-mem:+ metrics-host:+ metrics-socket:+
  metrics-cert:+ metrics-key:+ tracing-endpoint:+ nri-listen nri-plugin-dir nri-plugin-config-dir
  nri-disable-connections nri-validator-tolerate-missing-plugins-annotation big-files-temporary-dir:+
  bind-mount-prefix:+ uid-mappings:+ gid-mappings:+ container-attach-socket-dir:CONTAINER_ATTACH_SOCKET_DIR
  container-exits-dir:CONTAINER_EXITS_DIR pinns-path:+ namespaces-dir:+ stream-tls-ca:CONTAINER_TLS_CA
  stream-tls-cert:CONTAINER_TLS_CERT stream-tls-key:CONTAINER_TLS_KEY stream-idle-timeout:STREAM_IDLE_TIMEOUT
  registries-conf:+ registries-conf-dir:+ address version-file:+ version-file-persist:+ infra-ctr-cpuset:+
  shared-cpuset:+ clean-shutdown-file:+ timezone,tz:CONTAINER_TIME_ZONE short-name-mode namespaced-auth-dir`;
const LISTS = `storage-opt:+ insecure-registry:+ registry:+ runtimes:+ cni-plugin-dir:+ hooks-dir:+
  default-capabilities:+ default-sysctls:+ default-ulimits:+ metrics-collectors:+ allowed-devices:+
  additional-devices:+ cdi-spec-dirs:+ conmon-env:+ default-env:+ absent-mount-sources-to-reject:+
  pinned-images:+ included-pod-metrics nri-validator-required-plugins additional-artifact-stores`;
const BOOLEANS = `blockio-reload selinux:+ log-journald:+ add-inheritable-capabilities:+ profile:+
  enable-profile-unix-socket:ENABLE_PROFILE_UNIX_SOCKET enable-metrics:+ enable-tracing:+ enable-nri read-only:+
  device-ownership-from-security-context drop-infra-ctr:+ no-pivot:+ stream-enable-tls:CONTAINER_ENABLE_TLS
  internal-wipe:+ internal-repair:+ enable-criu-support:+ enable-pod-events:ENABLE_POD_EVENTS
  hostnetwork-disable-selinux:+ disable-hostport-mapping:DISABLE_HOSTPORT_MAPPING auto-reload-registries
  oci-artifact-mount-support seccomp-use-default-when-empty:+ nri-enable-default-validator
  nri-validator-reject-custom-seccomp-adjustment nri-validator-reject-namespace-adjustment
  nri-validator-reject-oci-hook-adjustment nri-validator-reject-runtime-default-seccomp-adjustment
  nri-validator-reject-unconfined-seccomp-adjustment help,h version,v`;
const NUMBERS = `pids-limit:+ log-size-max:+ profile-port:+ metrics-port:+ minimum-mappable-uid:+
  tracing-sampling-rate-per-million:+ minimum-mappable-gid:+ ctr-stop-timeout:CONTAINER_STOP_TIMEOUT
  grpc-max-recv-msg-size:+ grpc-max-send-msg-size:+ stats-collection-period:+ collection-period`;
const DURATIONS = 'nri-plugin-registration-timeout nri-plugin-request-timeout pull-progress-timeout';

function define(words: string, type: FlagType): FlagDefinition[] {
  return words.split(/\s+/).map((word) => {
    const [names = '', variable] = word.split(':');
    const [name = '', alias] = names.split(',');
    const derived = `CONTAINER_${name.toUpperCase().replaceAll('-', '_')}`;
    return {
      name,
      type,
      ...(alias === undefined ? {} : { alias }),
      ...(variable === undefined ? {} : { variable: variable === '+' ? derived : variable }),
    };
  });
}

export const CRIO_FLAGS: readonly FlagDefinition[] = [
  ...define(TEXTS, 'string'),
  ...define(LISTS, 'list'),
  ...define(BOOLEANS, 'boolean'),
  ...define(NUMBERS, 'number'),
  ...define(DURATIONS, 'duration'),
];

/** Commands of the program; anything else that is no flag is refused. */
export const CRIO_COMMANDS: ReadonlySet<string> = new Set(
  'check complete completion config goroutines help h heap info man markdown md publish status version wipe'.split(
    ' ',
  ),
);
