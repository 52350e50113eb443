import { goJoin } from './paths.js';

/** Splits a path into its names, without empty ones. */
const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '');

/**
 * Follows a path name by name, as the kernel does (path_resolution(7)): `..` after a symlink leads to the parent of its
 * target. It asks nothing itself. Each caller looks at the place that {@link next} gives, and then calls `enter`
 * or `follow`.
 */
export class PathWalk {
  /** Free of symlinks; empty at the start of a relative path. */
  private resolved: string;
  private rest: string[];
  private place: string;
  private links = 0;

  constructor(
    path: string,
    private readonly linkLimit: number,
    /** A directory, free of symlinks, with which an absolute path begins. */
    from = '/',
  ) {
    this.resolved = path.startsWith('/') ? from : '';
    this.place = this.resolved;
    this.rest = namesOf(path.slice(this.resolved.length));
  }

  /** The next place to look at; undefined at the end of the path. */
  next(): string | undefined {
    for (let name = this.rest.shift(); name !== undefined; name = this.rest.shift()) {
      if (name === '.') continue;
      if (name !== '..') {
        this.place =
          this.resolved === '' || this.resolved === '/' ? this.resolved + name : `${this.resolved}/${name}`;
        return this.place;
      }
      const above = goJoin(this.resolved, '..');
      this.resolved = above === '.' ? '' : above;
    }
    return undefined;
  }

  /** The place is not a symlink, or its target does not matter. */
  enter(): void {
    this.resolved = this.place;
  }

  /** The place is a symlink. @returns false when there were too many */
  follow(target: string): boolean {
    this.links += 1;
    if (this.links > this.linkLimit) return false;
    if (target.startsWith('/')) this.resolved = '/';
    this.rest = [...namesOf(target), ...this.rest];
    return true;
  }

  hasMore(): boolean {
    return this.rest.length > 0;
  }

  /** Where the walk is now; the path itself after the last name. */
  here(): string {
    return this.resolved;
  }

  /** The place with the names that were not looked at, for a caller that cannot go on. */
  withRest(): string {
    return goJoin(this.place, ...this.rest);
  }
}
