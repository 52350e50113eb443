/** The variables that CRI-O's storage configuration depends on, those of its flags included. */
export const STORAGE_VARIABLES = [
  'CONTAINER_CONFIG',
  'CONTAINER_CONFIG_DIR',
  'CONTAINER_IMAGESTORE',
  'CONTAINER_ROOT',
  'CONTAINER_RUNROOT',
  'CONTAINER_STORAGE_DRIVER',
  'CONTAINER_STORAGE_OPT',
  'CONTAINERS_STORAGE_CONF',
  'STORAGE_DRIVER',
  'STORAGE_OPTS',
  'XDG_CONFIG_HOME',
] as const;
