const ESCAPES: Readonly<Record<string, string>> = {
  ' ': '\\040',
  '\t': '\\011',
  '\n': '\\012',
  '\\': '\\134',
};

/** A field of fstab(5): getmntent decodes these four escapes and no others. */
export const fstabField = (text: string): string =>
  text.replace(/[ \t\n\\]/g, (character) => ESCAPES[character] ?? character);
