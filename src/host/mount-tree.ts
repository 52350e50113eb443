import type { Mount } from './mountinfo.js';

/** The mount table as a path is followed through it. */
export class MountTree {
  private static readonly made = new WeakMap<readonly Mount[], MountTree>();

  /** A table can have ten thousand lines, so its tree is made once. */
  static of(mounts: readonly Mount[]): MountTree {
    const tree = this.made.get(mounts) ?? new MountTree(mounts);
    this.made.set(mounts, tree);
    return tree;
  }

  private readonly root: Mount | undefined;
  /** What was mounted on something, by its mountpoint, in the order of the table. */
  private readonly mounted = new Map<string, Mount | Mount[]>();

  private constructor(mounts: readonly Mount[]) {
    for (const mount of mounts) {
      if (mount.id === mount.parent) continue;
      const others = this.mounted.get(mount.mountpoint);
      if (Array.isArray(others)) others.push(mount);
      else this.mounted.set(mount.mountpoint, others === undefined ? mount : [others, mount]);
    }
    const roots = mounts.filter(({ mountpoint }) => mountpoint === '/');
    const below = new Set(roots.map(({ id }) => id));
    this.root = this.over(
      roots.find(({ id, parent }) => parent === id || !below.has(parent)),
      '/',
    );
  }

  /**
   * The mount that a path lies on: from the root mount down, at each directory of the way whatever was
   * mounted there last. A mount that another one hides is no parent on this path.
   *
   * @param path absolute and free of symlinks
   */
  visible(path: string): Mount | undefined {
    let here = this.root;
    for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1))
      here = this.over(here, path.slice(0, end));
    return path === '/' ? here : this.over(here, path);
  }

  /** The uppermost of what was mounted on one another there; a later line hides an earlier one. */
  private over(mount: Mount | undefined, mountpoint: string): Mount | undefined {
    const found = this.mounted.get(mountpoint);
    if (found === undefined) return mount;
    const there = Array.isArray(found) ? found : [found];
    let top = mount;
    // No deeper than there are mounts: a table that was recorded can hold a circle.
    for (let level = 0; level < there.length; level += 1)
      top = there.filter(({ parent }) => parent === top?.id).at(-1) ?? top;
    return top;
  }
}
