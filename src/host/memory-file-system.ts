/** f_type of tmpfs and ramfs: what lies there is gone after a reboot. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

export const isInMemory = (type: number): boolean => IN_MEMORY.has(type);
