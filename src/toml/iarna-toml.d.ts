/** The entry of @iarna/toml that loads its string parser alone; its own typings know no other than the main one. */
declare module '@iarna/toml/parse-string.js' {
  const parseString: (text: string) => Record<string, unknown>;
  export default parseString;
}
