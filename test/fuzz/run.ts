// Every parser on long repeated patterns, then on changed texts of the corpus for some seconds:
// `make fuzz SECONDS=60 SEED=1`.
import { mutate, randomFrom } from './mutate.js';
import { PARSERS } from './parsers.js';
import { PATTERNS, repeated } from './patterns.js';
import { readSeeds } from './seeds.js';

/** Milliseconds of CPU that one text may take. */
const MOST = 2_000;
/** Bytes of a repeated pattern. */
const LONG = 400_000;

const [seconds = '60', seed = String(Date.now() % 1_000_000)] = globalThis.process.argv.slice(2);
const pieces = PATTERNS.flatMap((pattern) => pattern);
const seeds = readSeeds();
const random = randomFrom(Number(seed));
let failures = 0;

/** @returns milliseconds of CPU */
async function attempt(name: string, parse: (bytes: Buffer) => unknown, bytes: Buffer): Promise<number> {
  const before = globalThis.process.cpuUsage();
  let why: string | undefined;
  try {
    await parse(bytes);
  } catch (error) {
    why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const milliseconds = globalThis.process.cpuUsage(before).user / 1000;
  if (milliseconds > MOST) why = `it takes ${milliseconds} ms`;
  if (why !== undefined) {
    failures += 1;
    console.log(`FAILED ${name}: ${why}\n  ${JSON.stringify(bytes.toString('latin1').slice(0, 2000))}`);
  }
  return milliseconds;
}

const parsers = Object.entries(PARSERS);
console.log(
  `seed ${seed}, ${seconds} s, ${parsers.length} parsers, ${PATTERNS.length} patterns of ${LONG} bytes`,
);
for (const [name, parse] of parsers) {
  const texts = seeds.get(name) ?? pieces;
  let [attempts, slowest, slowestPattern] = [0, 0, 0];
  for (const pattern of PATTERNS)
    slowestPattern = Math.max(slowestPattern, await attempt(name, parse, repeated(pattern, LONG)));
  const end = Date.now() + (Number(seconds) * 1000) / parsers.length;
  while (Date.now() < end && failures <= 20) {
    const bytes = mutate(texts[Math.floor(random() * texts.length)] ?? '', pieces, random);
    slowest = Math.max(slowest, await attempt(name, parse, bytes));
    attempts += 1;
  }
  console.log(
    `${name.padEnd(36)} ${String(attempts).padStart(8)} texts, slowest ${slowest.toFixed(1)} ms; ` +
      `slowest pattern ${slowestPattern.toFixed(1)} ms`,
  );
}
console.log(`${failures} failures`);
globalThis.process.exitCode = failures === 0 ? 0 : 1;
