import type { Mount } from './mountinfo.js';

/** The mount table as a path is followed through it. */
export class MountTree {
  private readonly root: Mount | undefined;
  /** By the mount that was mounted on, and the mountpoint; a later line hides an earlier one. */
  private readonly children: ReadonlyMap<string, Mount>;

  constructor(mounts: readonly Mount[]) {
    const mounted = mounts.filter(({ id, parent }) => id !== parent);
    this.children = new Map(mounted.map((mount) => [key(mount.parent, mount.mountpoint), mount]));
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
    let directory = '';
    for (const name of path.split('/').filter((part) => part !== '')) {
      directory += `/${name}`;
      here = this.over(here, directory);
    }
    return here;
  }

  /** The uppermost of what was mounted on one another there. */
  private over(mount: Mount | undefined, mountpoint: string): Mount | undefined {
    let top = mount;
    while (top !== undefined) {
      const next = this.children.get(key(top.id, mountpoint));
      if (next === undefined) break;
      top = next;
    }
    return top;
  }
}

const key = (parent: number, mountpoint: string): string => `${parent} ${mountpoint}`;
