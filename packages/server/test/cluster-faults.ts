import { parseArgs } from "node:util";
import { type FaultName, faultNames } from "./support/cluster-faults.ts";
import { runClusterRounds } from "./support/cluster-rounds.ts";
import { createRandom } from "./support/random.ts";

/**
 * `node packages/server/test/cluster-faults.ts --rounds 100 --seed 1`: three nodes over one PostgreSQL under load, and one thing
 * after the other that happens to them (S-13, S-14, S-52). The seed decides what is called and what happens; when it hits depends
 * on the machine. `--fault` lets only what has this in its name happen. Exit code 1 when anything was wrong.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    fault: { type: "string", default: "" },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const named = faultNames.filter((name) => name.includes(values.fault));
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed)) {
  throw new RangeError("--rounds takes a number from 1, --seed a whole number");
}
if (named.length === 0) throw new RangeError(`--fault takes a part of one of: ${faultNames.join(", ")}`);
const random = createRandom(seed);
const faults: FaultName[] = Array.from({ length: rounds }, () => random.choose(named));
process.stdout.write(`${rounds} rounds, seed ${seed}\n`);
const { violations, ...report } = await runClusterRounds({ seed, faults }, (line) => process.stdout.write(`${line}\n`));
process.stdout.write(`${JSON.stringify(report)}\n${violations.length} violations\n`);
for (const violation of violations) process.stdout.write(`  ${violation}\n`);
if (violations.length > 0) process.exitCode = 1;
