/** Comments in a file that systemd reads: why it is there, for whoever finds it. */
export function systemdComments(reason: readonly string[]): string[] {
  // A backslash at the end would make the comment go on in the next line (systemd before 254).
  return reason.map((line) => `# ${line.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').replace(/\\+$/, '')}`);
}
