/** What went wrong in one attempt. */
export type Fault = 'hang' | 'exception' | 'stop without proof' | 'exact error from a broken answer';
