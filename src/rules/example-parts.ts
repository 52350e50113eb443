export interface ExampleDataset {
  readonly name: string;
  readonly mountpoint: string;
  /** Default: yes where `mountpoint` is a path. */
  readonly mounted?: 'yes' | 'no';
  /** Other properties as `zfs list -p` prints them. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface ExampleMount {
  readonly mountpoint: string;
  readonly fileSystem: string;
  readonly source?: string;
  readonly options?: string;
  /** Directory of the file system that is mounted there (a bind mount); default "/". */
  readonly root?: string;
}
