import { absent, unknown, type Probe, type Unknown } from '../probe.js';

/** What strerror(3) prints in the C locale, as programs of coreutils end their messages. */
const MESSAGES: Readonly<Record<string, string>> = {
  'No such file or directory': 'ENOENT',
  'Not a directory': 'ENOTDIR',
  'Too many levels of symbolic links': 'ELOOP',
  'File name too long': 'ENAMETOOLONG',
  'Permission denied': 'EACCES',
  'Operation not permitted': 'EPERM',
};

export function errnoOfMessage(message: string): string | undefined {
  const last = message.trimEnd().split(': ').pop();
  return last === undefined ? undefined : MESSAGES[last];
}

/** Turns the kernel's refusal into an answer: nothing there is knowledge, all else is not. */
export function probeOfErrno(errno: string | undefined, question: string, detail: string): Probe<never> {
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG':
      return absent(errno);
    case 'EACCES':
    case 'EPERM':
      return unknown('permission', question, detail);
    default:
      return failed(question, detail);
  }
}

const failed = (question: string, detail: string): Unknown => unknown('failed', question, detail);

/** The errno code of an exception thrown by node:fs. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
