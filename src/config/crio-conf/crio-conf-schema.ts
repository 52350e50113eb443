import { struct, wrapped } from '../go-struct/struct-schema.js';

const RUNTIME_HANDLER = struct({
  goName: 'config.RuntimeHandler',
  plain: {
    string: `runtime_config_path runtime_path runtime_type runtime_root monitor_path monitor_cgroup
      monitor_exec_cgroup?seenIn136 container_min_memory?seenIn136 exec_cpu_affinity?seenIn136 seccomp_profile?`,
    strings: 'allowed_annotations monitor_env',
    boolean: `privileged_without_host_devices runtime_pull_image?seenIn136 no_sync_log?seenIn136 inherit_default_runtime?seenIn136
      stream_websockets?`,
    integer: 'container_create_timeout?seenIn136',
  },
  nested: {
    'platform_runtime_paths?seenIn131': { kind: 'map', of: 'string' },
    'default_annotations?seenIn136': { kind: 'map', of: 'string' },
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
        string: `root runroot imagestore?seenIn131 storage_driver log_dir version_file version_file_persist
          clean_shutdown_file`,
        strings: 'storage_option additional_artifact_stores@artifactStores',
        boolean: 'internal_wipe internal_repair?seenIn131',
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
              privileged_seccomp_profile?seenIn136 apparmor_profile blockio_config_file irqbalance_config_file
              rdt_config_file cgroup_manager default_mounts_file container_exits_dir
              container_attach_socket_dir bind_mount_prefix uid_mappings gid_mappings log_level log_filter
              namespaces_dir pinns_path separate_pull_cgroup infra_ctr_cpuset shared_cpuset?seenIn131
              irqbalance_config_restore_file?seenIn131 timezone?`,
            strings: `additional_artifact_stores? conmon_env hooks_dir default_capabilities default_env default_sysctls default_ulimits
              allowed_devices additional_devices cdi_spec_dirs?seenIn131 absent_mount_sources_to_reject`,
            boolean: `no_pivot selinux log_to_journald drop_infra_ctr read_only add_inheritable_capabilities
              blockio_reload?seenIn131 device_ownership_from_security_context enable_criu_support?seenIn131 enable_pod_events?seenIn131
              hostnetwork_disable_selinux disable_hostport_mapping?seenIn131 seccomp_use_default_when_empty?`,
            integer: `minimum_mappable_uid minimum_mappable_gid pids_limit log_size_max ctr_stop_timeout`,
          },
          {
            runtimes: { kind: 'map', of: RUNTIME_HANDLER },
            workloads: { kind: 'map', of: WORKLOAD },
          },
        ),
        image: wrapped('config.ImageConfig', {
          string: `default_transport global_auth_file namespaced_auth_dir?seenIn136 pause_image pause_image_auth_file
            pause_command signature_policy signature_policy_dir?seenIn131 image_volumes big_files_temporary_dir
            short_name_mode?`,
          strings: 'insecure_registries pinned_images?seenIn131 registries?',
          boolean: 'auto_reload_registries?seenIn136 oci_artifact_mount_support?seenIn136',
          duration: 'pull_progress_timeout?seenIn136',
        }),
        network: wrapped('config.NetworkConfig', {
          string: 'cni_default_network network_dir plugin_dir',
          strings: 'plugin_dirs',
        }),
        metrics: wrapped('config.MetricsConfig', {
          string: 'metrics_host?seenIn136 metrics_socket metrics_cert metrics_key',
          strings: 'metrics_collectors',
          boolean: 'enable_metrics',
          integer: 'metrics_port',
        }),
        'tracing?seenIn131': wrapped('config.TracingConfig', {
          string: 'tracing_endpoint',
          boolean: 'enable_tracing',
          integer: 'tracing_sampling_rate_per_million',
        }),
        'stats?seenIn131': wrapped('config.StatsConfig', {
          integer: 'stats_collection_period collection_period?seenIn136',
          strings: 'included_pod_metrics?seenIn136',
        }),
        'nri?seenIn131': wrapped('*nri.Config', {
          string: 'nri_listen nri_plugin_dir nri_plugin_config_dir',
          boolean: 'enable_nri nri_disable_connections',
          duration: 'nri_plugin_registration_timeout nri_plugin_request_timeout',
        }),
      },
    }),
  },
});
