/** Whether a path is the directory itself or lies below it. Both absolute and clean. */
export function contains(directory: string, path: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}
