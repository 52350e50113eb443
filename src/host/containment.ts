/** Whether a path is the directory itself or lies below it. Both absolute and clean. */
export function contains(directory: string, path: string): boolean {
  // Without a new string: it is asked of ten thousand mounts.
  return (
    directory === '/' ||
    (path.startsWith(directory) && (path.length === directory.length || path[directory.length] === '/'))
  );
}
