import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { cliEntry, serverEntry } from "../tools/paths.ts";
import type { Bench } from "./harness/bench.ts";
import { type Comparison, describeComparison, formatTable, isGoalMet } from "./harness/comparison.ts";

/** All benches by their names. Each is loaded when it runs. */
const benches: Record<string, () => Promise<Bench>> = {
  verify: async () => (await import("./benches/verify-vs-floor.ts")).benchVerifyVersusFloor,
  tricks: async () => (await import("./benches/verify-without-tricks.ts")).benchVerifyWithoutTricks,
  nodes: async () => (await import("./benches/verify-nodes.ts")).benchVerifyNodes,
  beside: async () => (await import("./benches/verify-beside-management.ts")).benchVerifyBesideManagement,
  flood: async () => (await import("./benches/verify-beside-management.ts")).benchVerifyBesideFlood,
  pipelines: async () => (await import("./benches/pipelines-vs-people.ts")).benchPipelinesVersusPeople,
  "better-auth": async () => (await import("./benches/verify-vs-better-auth.ts")).benchVerifyVersusBetterAuth,
  lookup: async () => (await import("./benches/lookup-vs-query-builder.ts")).benchLookupVersusQueryBuilder,
  sdk: async () => (await import("./benches/sdk-overhead.ts")).benchSdkOverhead,
  page: async () => (await import("./benches/page-vs-react.ts")).benchPageVersusReact,
  cli: async () => (await import("./benches/cli-startup.ts")).benchCliStartup,
};

const usage = `Usage: node bench/main.ts [--quick] [--strict] [${Object.keys(benches).join("|")}]…

Measures the named benches, or all of them, and prints the ratios and a table for bench/README.md.

  --quick   Run a few short rounds, to show that the benches work. The figures mean little
  --strict  Exit with code 1 if a goal is missed
`;

function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}

/** Runs the named benches, or all, and prints the lines of each bench when it ends. */
async function runBenches(names: readonly string[], isQuick: boolean): Promise<Map<string, Comparison[]>> {
  const found = new Map<string, Comparison[]>();
  for (const [name, load] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`${name}\n`);
    const bench = await load();
    const comparisons = await bench({ isQuick, say });
    for (const comparison of comparisons) console.log(describeComparison(comparison));
    found.set(name, comparisons);
  }
  return found;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean" }, strict: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(", ")}.\n\n${usage}`);
    return 2;
  }
  if (![serverEntry, cliEntry].every((entry) => existsSync(entry))) {
    console.error("The packages are not built. To build them and measure, run: pnpm bench");
    return 2;
  }
  const found = await runBenches(positionals, values.quick === true);
  const missed = [...found.values()].flat().filter((comparison) => isGoalMet(comparison) === false);
  console.log(`\nNode ${process.version}, ${availableParallelism()} cores\n\n${formatTable(found)}\n`);
  console.log(missed.length === 0 ? "All goals are met." : `Goals missed: ${missed.length}`);
  return missed.length > 0 && values.strict === true ? 1 : 0;
}

process.exitCode = await main();
