/** What time.ParseDuration takes. */
const DURATION = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Whether time.ParseDuration takes the text; its limit of 292 years is not looked at. */
export const isGoDuration = (text: string): boolean => DURATION.test(text);
