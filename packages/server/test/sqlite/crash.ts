import { parseArgs } from "node:util";
import { runCrashRounds } from "../support/crash-rounds.ts";

/**
 * Kills the server with kill -9 many times under a write load (S-50):
 * `node packages/server/test/sqlite/crash.ts --rounds 500 --seed 1`. The seed decides the calls and when the process dies. The
 * progress until then depends on the machine.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "500" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed)) {
  throw new RangeError("--rounds takes a number from 1, --seed a whole number");
}
process.stdout.write(`${rounds} rounds, seed ${seed}\n`);
const report = await runCrashRounds({ rounds, seed }, (round, acknowledged) => {
  if (round % 25 === 0 || round === rounds)
    process.stdout.write(`round ${round}: ${acknowledged} acknowledged calls, no damage\n`);
});
process.stdout.write(`${JSON.stringify(report)}\n`);
