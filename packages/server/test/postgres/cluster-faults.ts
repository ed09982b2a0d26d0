import { parseArgs } from "node:util";
import { type FaultName, faultNames } from "../support/cluster-faults.ts";
import { runClusterRounds } from "../support/cluster-rounds.ts";
import { createRandom } from "../support/random.ts";

/**
 * Runs three nodes on one PostgreSQL database under load, and injects one fault after another (S-13, S-14, S-52):
 * `node packages/server/test/postgres/cluster-faults.ts --rounds 100 --seed 1`. The seed decides the calls and the faults. The
 * moment of each fault depends on the machine. `--fault` limits the faults to those with this text in their name. Exits
 * with code 1 if a check fails.
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
