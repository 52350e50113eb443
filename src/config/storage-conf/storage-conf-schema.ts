import { struct, wrapped } from '../go-struct/struct-schema.js';

/** containers/storage types.TomlConfig and pkg/config OptionsConfig. */
export const STORAGE_CONF = struct({
  goName: 'types.TomlConfig',
  nested: {
    storage: struct({
      plain: {
        string: 'driver runroot graphroot imagestore rootless_storage_path',
        strings: 'driver_priority',
        boolean: 'transient_store',
      },
      nested: {
        options: struct({
          goName: 'config.OptionsConfig',
          plain: {
            string: `imagestore size ignore_chown_errors use_composefs@composefs root-auto-userns-user skip_mount_home
              mount_program mountopt remap-uids@idMappings remap-gids@idMappings remap-user@idMappings
              remap-group@idMappings`,
            strings: 'additionalimagestores additionallayerstores',
            uint32: 'force_mask auto-userns-min-size auto-userns-max-size',
            boolean: 'disable-volatile',
          },
          nested: {
            pull_options: { kind: 'map', of: 'string' },
            btrfs: wrapped('config.BtrfsOptionsConfig', { string: 'min_space size' }),
            'thinpool@thinpoolTable': wrapped('config.ThinpoolOptionsConfig', {
              string: `autoextend_percent autoextend_threshold basesize blocksize directlvm_device
                directlvm_device_force fs log_level metadata_size min_free_space mkfsarg mountopt size
                use_deferred_deletion use_deferred_removal xfs_nospace_max_retries`,
            }),
            'aufs@aufsTable': wrapped('config.AufsOptionsConfig', { string: 'mountopt' }),
            overlay: wrapped('config.OverlayOptionsConfig', {
              string: `ignore_chown_errors mountopt mount_program size inodes skip_mount_home use_composefs@composefs
                force_mask`,
            }),
            vfs: wrapped('config.VfsOptionsConfig', { string: 'ignore_chown_errors' }),
            zfs: wrapped('config.ZfsOptionsConfig', { string: 'mountopt fsname size' }),
          },
        }),
      },
    }),
  },
});
