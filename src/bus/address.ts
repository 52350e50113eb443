/** Where the system bus listens unless the environment says otherwise. */
export const SYSTEM_BUS = 'unix:path=/run/dbus/system_bus_socket';

/**
 * The socket of a bus address. Only `unix:path=` is known: abstract sockets and the passing of file
 * descriptors would need a native add-on, which dbus-next loads by itself where it finds one.
 *
 * @returns undefined when the address holds none
 */
export function socketOf(address: string): string | undefined {
  for (const one of address.split(';')) {
    const path = /^unix:(?:.*,)?path=([^,]+)/.exec(one)?.[1];
    if (path !== undefined && isPlain(path)) return path;
  }
  return undefined;
}

/** dbus-next cuts addresses at these characters and does not undo `%` escapes. */
const isPlain = (path: string): boolean => path.startsWith('/') && !/[%:;=]/.test(path);
