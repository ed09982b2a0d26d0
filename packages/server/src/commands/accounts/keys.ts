import { type Command, InvalidArgumentError } from "commander";
import { type KeyLimit, setKeyLimit } from "../../domain/accounts/set-key-limit.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { Terminal } from "../terminal.ts";
import { withDependencies } from "../with-dependencies.ts";

interface Options {
  readonly perMinute?: number;
  readonly burst?: number;
  readonly default?: boolean;
  readonly json?: boolean;
}

function parseWhole(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

async function runSetLimit(terminal: Terminal, clientId: string, limit: KeyLimit | null, json: boolean): Promise<void> {
  const work = async (deps: Dependencies) => ({
    key: await setKeyLimit(deps, clientId, limit),
    standard: deps.settings.rateLimit,
  });
  const { key, standard } = await withDependencies(terminal, work, { mustExist: true });
  const { perMinute, burst } = limit ?? standard;
  if (json) {
    const { id, companyId, name } = key;
    terminal.print(
      JSON.stringify({ id, companyId, name, clientId: key.clientId, perMinute, burst, isDefault: limit === null }),
    );
    return;
  }
  const which = limit === null ? "the server's default limit" : "its own limit";
  terminal.say(`${key.name} (${key.clientId}) has ${which}: ${perMinute} requests per minute, burst ${burst}.`);
}

/** Registers `keys …`. */
export function registerKeyCommands(keys: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  keys
    .command("set-limit")
    .summary("Set the rate limit of a key")
    .description("Set the rate limit of a key\n\nThe limit applies from the next request.")
    .argument("<client id>", "Client ID of the key")
    .option("--per-minute <number>", "Requests per minute", parseWhole)
    .option("--burst <number>", "Maximum number of requests in a burst", parseWhole)
    .option("--default", "Use the server's default limit")
    .option("--json", "Print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  briksync-server keys set-limit api_0123456789abcdef01234567 --per-minute 1200 --burst 240\n" +
        "  briksync-server keys set-limit api_0123456789abcdef01234567 --default",
    )
    .action(async (clientId: string, options: Options, command: Command) => {
      const { perMinute, burst } = options;
      const isDefault = options.default === true;
      const hasLimit = perMinute !== undefined || burst !== undefined;
      if (isDefault === hasLimit || (perMinute === undefined) !== (burst === undefined)) {
        command.error("error: pass either --per-minute and --burst, or --default");
      }
      const limit = perMinute === undefined || burst === undefined ? null : { perMinute, burst };
      await runSetLimit(terminal, clientId, limit, options.json === true);
      finish(0);
    });
}
