// Paths as Go's path/filepath and containers/storage make them. All of this is about names alone.

/** filepath.Clean */
export function goClean(path: string): string {
  if (path === '') return '.';
  const isRooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
    else if (!isRooted) parts.push('..');
  }
  const clean = parts.join('/');
  if (isRooted) return `/${clean}`;
  return clean === '' ? '.' : clean;
}

/** filepath.Dir: of a path with a slash at its end it is the path itself, as in Go. */
export function goDir(path: string): string {
  const slash = path.lastIndexOf('/');
  return goClean(path.slice(0, slash + 1));
}

/** Go filepath.Dir of an absolute, clean path. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The last name of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** filepath.Join: empty parts are left out. */
export function goJoin(...parts: readonly string[]): string {
  const given = parts.filter((part) => part !== '');
  return given.length === 0 ? '' : goClean(given.join('/'));
}

/** filepath.Abs */
export function goAbs(workingDirectory: string, path: string): string {
  return path.startsWith('/') ? goClean(path) : goJoin(workingDirectory, path);
}

/** The path that the kernel is asked about, untouched but for a relative one. */
export function fromWorkingDirectory(workingDirectory: string, path: string): string {
  return path.startsWith('/') || path === '' ? path : `${workingDirectory.replace(/\/+$/, '')}/${path}`;
}

/**
 * os.ExpandEnv after `$UID` was replaced (types/utils.go expandEnvPath): an unset variable is empty, `${}`
 * and a lone `$` before what is no name go the ways of os.Expand.
 */
export function expandRoot(path: string, environment: ReadonlyMap<string, string>): string {
  return goExpand(path.replaceAll('$UID', '0'), (name) => environment.get(name) ?? '');
}

const SPECIAL = /^[*#$@!?\-0-9]$/;
const NAME = /^[A-Za-z0-9_]$/;

/** os.Expand, with getShellName. */
function goExpand(text: string, valueOf: (name: string) => string): string {
  let result = '';
  let done = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '$' || index + 1 >= text.length) continue;
    result += text.slice(done, index);
    const { name, width } = shellName(text.slice(index + 1));
    if (name !== '') result += valueOf(name);
    // "$" before something that is no name stays; "${}" and an open "${" vanish.
    else if (width === 0) result += '$';
    index += width;
    done = index + 1;
  }
  return result + text.slice(done);
}

function shellName(text: string): { readonly name: string; readonly width: number } {
  if (text.startsWith('{')) {
    const second = text.charAt(1);
    if (text.length > 2 && SPECIAL.test(second) && text[2] === '}') return { name: second, width: 3 };
    const end = text.indexOf('}');
    if (end < 0) return { name: '', width: 1 };
    return end === 1 ? { name: '', width: 2 } : { name: text.slice(1, end), width: end + 1 };
  }
  if (SPECIAL.test(text.charAt(0))) return { name: text.charAt(0), width: 1 };
  let width = 0;
  while (NAME.test(text.charAt(width))) width++;
  return { name: text.slice(0, width), width };
}
