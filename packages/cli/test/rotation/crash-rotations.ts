import { parseArgs } from "node:util";
import { cutEveryByte } from "../rotation-faults/cut-every-byte.ts";
import { startLab } from "../rotation-faults/lab.ts";
import { runTrials } from "../rotation-faults/run-trials.ts";

/**
 * Runs crash tests of rotations (C-09, C-10): `node packages/cli/test/rotation/crash-rotations.ts --trials 2100 --seed 1`.
 *
 * First, the built CLI rotates keys on the built server and is interrupted at every step and at random. Then the SDK
 * rotates keys and is interrupted after every byte. `--bytes N` selects every Nth byte, `--bytes 0` none. Meanwhile, a
 * consumer presents the secret in the sink every 10 ms.
 *
 * After each interruption, one rerun must leave exactly one working secret: the one in the sink. The seed decides what
 * goes wrong. `--first N --trials 1` repeats trial N.
 */
const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "2100" },
    first: { type: "string", default: "0" },
    lanes: { type: "string", default: "4" },
    bytes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    verbose: { type: "boolean", default: false },
  },
});
const numbers = [values.trials, values.first, values.lanes, values.seed, values.bytes].map(Number);
const [count = 0, first = 0, lanes = 0, seed = 0, step = 0] = numbers;
if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0) || lanes < 1) {
  throw new RangeError("--trials, --first, --lanes, --seed and --bytes take whole numbers, --lanes from 1");
}
process.stdout.write(`${count} trials, seed ${seed}\n`);
let done = 0;
const report = await runTrials({ seed, first, count, lanes }, (trial, scenario, { violations, happened, runs }) => {
  done += 1;
  if (violations.length > 0 || values.verbose) {
    process.stdout.write(`${JSON.stringify({ trial, seed, violations, happened, scenario, runs }, null, 1)}\n`);
  } else if (done % 100 === 0) process.stdout.write(`${done} trials\n`);
});
process.stdout.write(`${JSON.stringify({ ...report, violations: report.violations.length, seed })}\n`);
if (report.violations.length > 0) process.exitCode = 1;
if (step > 0) {
  const lab = await startLab();
  const { violations, ...cuts } = await cutEveryByte(lab, { step, offset: seed }).finally(() => lab.stop());
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(`${JSON.stringify({ ...cuts, violations: violations.length, seed })}\n`);
  if (violations.length > 0) process.exitCode = 1;
}
