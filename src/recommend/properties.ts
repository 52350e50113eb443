/** A property of the dataset for layers, and why. */
export interface LayerProperty {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

/** Layers inherit all of them. Their source is zfsprops(7); the manual has the chapter RECOMMENDED LAYOUT. */
export const LAYER_PROPERTIES: readonly LayerProperty[] = [
  {
    name: 'acltype',
    value: 'posix',
    why: 'keeps POSIX ACLs of files in images; the default of OpenZFS is off',
  },
  {
    name: 'xattr',
    value: 'sa',
    why: 'keeps extended attributes (file capabilities, SELinux labels) beside the file, not in a directory of their own',
  },
  { name: 'atime', value: 'off', why: 'reading a file of an image writes nothing' },
  { name: 'compression', value: 'lz4', why: 'files of images compress well, and lz4 costs little' },
  {
    name: 'com.sun:auto-snapshot',
    value: 'false',
    why: 'a snapshot of a layer keeps CRI-O from removing it',
  },
];
