import { type Command, InvalidArgumentError } from "commander";
import { setKeyLimit } from "../../domain/accounts/set-key-limit.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand, report } from "./operator-command.ts";

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

/** Registers `keys …`. */
export function registerKeyCommands(keys: Command, terminal: Terminal): void {
  addCommand(
    keys,
    "set-limit",
    "Set the rate limit of a key\n\nThe limit applies from the next request.",
    "set-limit api_0123456789abcdef01234567 --per-minute 1200 --burst 240",
    "set-limit api_0123456789abcdef01234567 --default",
  )
    .argument("<client id>", "Client ID of the key")
    .option("--per-minute <number>", "Requests per minute", parseWhole)
    .option("--burst <number>", "Maximum number of requests in a burst", parseWhole)
    .option("--default", "Use the server's default limit")
    .action((text: string, options: Options, command: Command) => {
      const { perMinute, burst } = options;
      const hasLimit = perMinute !== undefined || burst !== undefined;
      if ((options.default === true) === hasLimit || (perMinute === undefined) !== (burst === undefined)) {
        command.error("error: pass either --per-minute and --burst, or --default");
      }
      const own = perMinute === undefined || burst === undefined ? null : { perMinute, burst };
      return report(terminal, options, {
        work: async (deps) => ({ ...(await setKeyLimit(deps, text, own)), ...(own ?? deps.settings.rateLimit) }),
        toJson: ({ id, companyId, name, clientId, perMinute, burst }) => ({
          id,
          companyId,
          name,
          clientId,
          perMinute,
          burst,
          isDefault: own === null,
        }),
        print: ({ name, clientId, perMinute, burst }) => {
          const which = own === null ? "the server's default limit" : "its own limit";
          terminal.say(`${name} (${clientId}) has ${which}: ${perMinute} requests per minute, burst ${burst}.`);
        },
      });
    });
}
