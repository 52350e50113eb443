import { struct, wrapped } from '../go-struct/struct-schema.js';

const RUNTIME_HANDLER = struct({
  goName: 'config.RuntimeHandler',
  plain: {
    string: `runtime_config_path runtime_path runtime_type runtime_root monitor_path monitor_cgroup
      monitor_exec_cgroup?36 container_min_memory?36 exec_cpu_affinity?36 seccomp_profile?`,
    strings: 'allowed_annotations monitor_env',
    boolean: `privileged_without_host_devices runtime_pull_image?36 no_sync_log?36 inherit_default_runtime?36
      stream_websockets?`,
    integer: 'container_create_timeout?36',
  },
  nested: {
    'platform_runtime_paths?31': { kind: 'map', of: 'string' },
    'default_annotations?36': { kind: 'map', of: 'string' },
  },
});

const WORKLOAD = struct({
  goName: 'config.WorkloadConfig',
  plain: { string: 'activation_annotation annotation_prefix', strings: 'allowed_annotations' },
  nested: {
    resources: struct({
      goName: 'config.Resources',
      plain: { integer: 'cpushares? cpuquota? cpuperiod? cpulimit?', string: 'cpuset?' },
    }),
  },
});

/** CRI-O pkg/config tomlConfig. Only the fields of the table `crio` itself say something about storage. */
export const CRIO_CONF = struct({
  goName: 'config.tomlConfig',
  nested: {
    crio: struct({
      plain: {
        string: `root runroot imagestore?31 storage_driver log_dir version_file version_file_persist
          clean_shutdown_file`,
        strings: 'storage_option additional_artifact_stores?36',
        boolean: 'internal_wipe internal_repair?31',
      },
      nested: {
        api: wrapped('config.APIConfig', {
          string: `listen stream_address stream_port stream_tls_cert stream_tls_key stream_tls_ca
            stream_idle_timeout`,
          integer: 'grpc_max_send_msg_size grpc_max_recv_msg_size',
          boolean: 'stream_enable_tls',
        }),
        runtime: wrapped(
          'config.RuntimeConfig',
          {
            string: `default_runtime decryption_keys_path conmon conmon_cgroup seccomp_profile
              privileged_seccomp_profile?36 apparmor_profile blockio_config_file irqbalance_config_file
              rdt_config_file cgroup_manager default_mounts_file container_exits_dir
              container_attach_socket_dir bind_mount_prefix uid_mappings gid_mappings log_level log_filter
              namespaces_dir pinns_path separate_pull_cgroup infra_ctr_cpuset shared_cpuset?31
              irqbalance_config_restore_file?31 timezone?`,
            strings: `conmon_env hooks_dir default_capabilities default_env default_sysctls default_ulimits
              allowed_devices additional_devices cdi_spec_dirs?31 absent_mount_sources_to_reject`,
            boolean: `no_pivot selinux log_to_journald drop_infra_ctr read_only add_inheritable_capabilities
              blockio_reload?31 device_ownership_from_security_context enable_criu_support?31 enable_pod_events?31
              hostnetwork_disable_selinux disable_hostport_mapping?31 seccomp_use_default_when_empty?`,
            integer: `minimum_mappable_uid minimum_mappable_gid pids_limit log_size_max ctr_stop_timeout`,
          },
          {
            runtimes: { kind: 'map', of: RUNTIME_HANDLER },
            workloads: { kind: 'map', of: WORKLOAD },
          },
        ),
        image: wrapped('config.ImageConfig', {
          string: `default_transport global_auth_file namespaced_auth_dir?36 pause_image pause_image_auth_file
            pause_command signature_policy signature_policy_dir?31 image_volumes big_files_temporary_dir
            short_name_mode?`,
          strings: 'insecure_registries pinned_images?31 registries?',
          boolean: 'auto_reload_registries?36 oci_artifact_mount_support?36',
          duration: 'pull_progress_timeout?36',
        }),
        network: wrapped('config.NetworkConfig', {
          string: 'cni_default_network network_dir plugin_dir',
          strings: 'plugin_dirs',
        }),
        metrics: wrapped('config.MetricsConfig', {
          string: 'metrics_host?36 metrics_socket metrics_cert metrics_key',
          strings: 'metrics_collectors',
          boolean: 'enable_metrics',
          integer: 'metrics_port',
        }),
        'tracing?31': wrapped('config.TracingConfig', {
          string: 'tracing_endpoint',
          boolean: 'enable_tracing',
          integer: 'tracing_sampling_rate_per_million',
        }),
        'stats?31': wrapped('config.StatsConfig', {
          integer: 'stats_collection_period collection_period?36',
          strings: 'included_pod_metrics?36',
        }),
        'nri?31': wrapped('*nri.Config', {
          string: 'nri_listen nri_plugin_dir nri_plugin_config_dir',
          boolean: 'enable_nri nri_disable_connections',
          duration: 'nri_plugin_registration_timeout nri_plugin_request_timeout',
        }),
      },
    }),
  },
});
