const SYSTEM: ReadonlySet<string> = new Set([
  '/',
  '/data',
  '/home',
  '/mnt',
  '/opt',
  '/run',
  '/srv',
  '/usr',
  '/var',
  '/var/lib',
]);

/** Directories that hold more than one thing: no dataset is meant to be one store's alone there. */
export const isSystemDirectory = (path: string): boolean => SYSTEM.has(path);
