import { isChange, tracedWhole } from './calls.js';
import type { Subject } from './sweep.js';

/** What a run may start, and of zfs and modprobe with which words. */
const ALLOWED =
  /^(?:(?:crio|find|stat|cat|timeout|cp|flock|sync|logger|systemd-detect-virt|restorecon|sh)\b|systemctl (?:show|show-environment|daemon-reload)\b|zfs (?:list|version|get|mount|load-key) (?!.*(?:^| )-f)|zfs version$|modprobe (?:-b|-r) zfs$)/;
/** What undoes a correction may unmount what that has mounted. */
const UNDOING = /^zfs unmount [^ -][^ ]*$/;

/** Something that a run may not do. */
export interface Forbidden {
  readonly what: string;
}

/** How many programs the runs have started. */
export interface Seen {
  readonly forbidden: readonly Forbidden[];
  readonly programs: readonly string[];
}

/** Looks at everything that one whole run starts, and at the calls of its other threads. */
export function lookAt(subject: Subject): Seen {
  const { scene, args, before, name } = subject;
  scene.restore(before);
  const { lines } = tracedWhole(scene, args);
  const threads = new Set(lines.flatMap((line) => /parent_tid=\[(\d+)\]/.exec(line)?.[1] ?? []));
  const forbidden: Forbidden[] = [];
  const programs = new Set<string>();
  for (const line of lines) {
    const [, thread = '', rest = ''] = /^(\d+) +(\S.*)$/.exec(line) ?? [];
    const call = /^(\w+)\(/.exec(rest)?.[1];
    if (call === undefined) continue;
    if (threads.has(thread) && isChange(call, rest))
      forbidden.push({ what: `${name}: another thread: ${rest}` });
    const words = /^execve\("\/(?:usr\/)?bin\/[^"]*", \[(.*?)\]/.exec(rest)?.[1];
    if (words === undefined) continue;
    const command = words
      .replaceAll(/^"[^"]*\//g, '"')
      .replaceAll('", "', ' ')
      .replaceAll('"', '');
    if (command.startsWith('sh -c cd ')) continue;
    programs.add(command);
    const isRight = ALLOWED.test(command) || (args.includes('--revert') && UNDOING.test(command));
    if (!isRight) forbidden.push({ what: `${name}: ${command}` });
  }
  return { forbidden, programs: [...programs] };
}
