import { parseArgs } from "node:util";
import { exploreRotation } from "../model/explore-rotation.ts";

/**
 * Runs the search of rotation-model.test.ts with any number of runs and faults:
 * `node packages/server/test/rotations/search-rotations.ts --runs 3 --faults 3`. Three runs and three faults have a million
 * states, and take half a minute and 3 GB. If the search finds a violation, prints the trace and exits with code 1.
 */
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    faults: { type: "string", default: "3" },
    sinks: { type: "string", default: "1" },
    grace: { type: "boolean", default: false },
  },
});
const [runs = 0, faults = 0, sinks = 0] = [values.runs, values.faults, values.sinks].map(Number);
if (![runs, faults, sinks].every((count) => Number.isSafeInteger(count) && count >= 0) || sinks < 1) {
  throw new RangeError("--runs, --faults and --sinks take whole numbers, --sinks from 1");
}
const startMs = performance.now();
const found = exploreRotation({ rules: { hasGrace: values.grace } }, { runs, faults, sinks, mayAskPerson: true });
const seconds = Math.round((performance.now() - startMs) / 1000);
process.stdout.write(`${runs} runs, ${faults} faults, ${sinks} sinks: ${found.states} states in ${seconds} s\n`);
if (found.violation !== null) {
  process.stdout.write(`${found.violation}\n${found.trace.map((label) => `  ${label}\n`).join("")}`);
  process.exitCode = 1;
} else process.stdout.write("nothing is wrong in any of them\n");
