import { struct, wrapped } from '../go-struct/struct-schema.js';

/** containers/storage types.TomlConfig and pkg/config OptionsConfig, 1.55 to 1.61. */
export const STORAGE_CONF = struct({
  goName: 'types.TomlConfig',
  nested: {
    storage: struct({
      plain: {
        string: 'driver runroot graphroot imagestore?31 rootless_storage_path',
        strings: 'driver_priority?31',
        boolean: 'transient_store?31',
      },
      nested: {
        options: struct({
          goName: 'config.OptionsConfig',
          plain: {
            string: `imagestore?31 size ignore_chown_errors use_composefs?31 root-auto-userns-user skip_mount_home
              mount_program mountopt`,
            strings: 'additionalimagestores additionallayerstores',
            uint32: 'force_mask auto-userns-min-size auto-userns-max-size',
            boolean: 'disable-volatile?31',
          },
          nested: {
            pull_options: { kind: 'map', of: 'string' },
            btrfs: wrapped('config.BtrfsOptionsConfig', { string: 'min_space size' }),
            'thinpool?31': struct({}),
            overlay: wrapped('config.OverlayOptionsConfig', {
              string: `ignore_chown_errors mountopt mount_program size inodes skip_mount_home use_composefs?31
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
