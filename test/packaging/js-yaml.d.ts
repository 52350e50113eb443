declare module 'js-yaml' {
  /** Every document of a text. */
  export function loadAll(text: string): unknown[];
}
