// Every parser on changed texts of the corpus, for some seconds: `make fuzz SECONDS=60 SEED=1`.
import { mutate, randomFrom } from './mutate.js';
import { PARSERS } from './parsers.js';
import { PATTERNS } from './patterns.js';
import { readSeeds } from './seeds.js';

/** Milliseconds of CPU that one text may take. */
const MOST = 2_000;

const [seconds = '60', seed = String(Date.now() % 1_000_000)] = globalThis.process.argv.slice(2);
const names = Object.keys(PARSERS);
const pieces = PATTERNS.flatMap((pattern) => pattern);
const seeds = readSeeds();
const random = randomFrom(Number(seed));
let failures = 0;

console.log(`seed ${seed}, ${seconds} s, ${names.length} parsers`);
for (const name of names) {
  const parse = PARSERS[name];
  const texts = seeds.get(name) ?? pieces;
  const end = Date.now() + (Number(seconds) * 1000) / names.length;
  let attempts = 0;
  let slowest = 0;
  while (Date.now() < end) {
    const bytes = mutate(texts[Math.floor(random() * texts.length)] ?? '', pieces, random);
    attempts += 1;
    const before = globalThis.process.cpuUsage();
    let why: string | undefined;
    try {
      await parse?.(bytes);
    } catch (error) {
      why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    const { user } = globalThis.process.cpuUsage(before);
    slowest = Math.max(slowest, user / 1000);
    if (user / 1000 > MOST) why = `it takes ${user / 1000} ms`;
    if (why === undefined) continue;
    failures += 1;
    console.log(`FAILED ${name}: ${why}\n  ${JSON.stringify(bytes.toString('latin1').slice(0, 2000))}`);
    if (failures > 20) break;
  }
  console.log(
    `${name.padEnd(36)} ${String(attempts).padStart(8)} attempts, slowest ${slowest.toFixed(1)} ms`,
  );
}
console.log(`${failures} failures`);
globalThis.process.exitCode = failures === 0 ? 0 : 1;
