/** The bytes that mean something in JSON. */
export const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a] as const;
export const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
export const BLANKS: ReadonlySet<number> = new Set([0x20, 0x0a, 0x09, 0x0d]);
export const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
