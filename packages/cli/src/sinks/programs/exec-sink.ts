import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import type { ParsedSink } from "../parse-sink.ts";
import { fillPlaceholders, ruleShellWord, showFilled } from "../placeholders.ts";
import type { KnownKey, Sink, SinkKey } from "../sink.ts";
import { requireSuccess, runCommand } from "./run-command.ts";

/** Time limit for checks that only run the shell. */
const checkTimeoutMs = 30_000;

/**
 * Creates the destination `exec:COMMAND`: a shell command that receives exactly the secret on standard input, without a
 * newline. It must read all of it and exit with 0. Placeholder values that a shell could interpret are refused.
 * `"$BRIKSYNC_KEY_NAME"` accepts any name.
 */
export function createExecSink(context: Context, { spec, place }: ParsedSink, key: SinkKey, timeoutMs: number): Sink {
  const fill = (known: SinkKey): string | null => fillPlaceholders(place, known, ruleShellWord);
  const { host } = context;
  const name = `the command ${sanitizeText(nameOf(place))}`;
  fill(key);
  return {
    spec,
    describe: (known) => `the command ${showFilled(nameOf(place), known)}`,
    async preflight(signal) {
      // For the syntax check, an unknown ID is like any other word.
      const line = fill({ id: "id", clientId: "api_id", ...key }) ?? place;
      if (host.platform === "win32") return;
      const check = (args: readonly string[]) =>
        runCommand(context, { name, program: "/bin/sh", args, input: null, timeoutMs: checkTimeoutMs }, signal);
      requireSuccess("SINK_UNAVAILABLE", "the syntax check of the command", await check(["-n", "-c", line]), "");
      const [word] = /^\s*[\w./+][\w./+-]*(?=\s|$)/.exec(line) ?? [];
      if (word === undefined) return;
      const found = await check(["-c", 'command -v "$1"', "sh", word.trim()]);
      if (found.exitCode !== 0)
        throw new CliError("SINK_UNAVAILABLE", `The command ${word.trim()} was not found.`, {
          hint: "Install it, or correct its name or PATH.",
        });
    },
    // Only the command knows where it stores the secret.
    findContent: async () => null,
    async deliver({ clientSecret, ...delivered }, signal) {
      const line = fill(delivered) ?? place;
      const env = describeKey(delivered);
      const input = clientSecret.reveal();
      const shell =
        host.platform === "win32"
          ? { program: host.env["ComSpec"] ?? "cmd.exe", args: ["/d", "/s", "/c", line] }
          : { program: "/bin/sh", args: ["-c", line] };
      const result = await runCommand(context, { name, ...shell, env, input, timeoutMs }, signal);
      requireSuccess("SINK_FAILED", name, result, input);
    },
  };
}

/** Returns the first word of the command, because the rest may contain confidential text. */
function nameOf(line: string): string {
  const [word = "", ...more] = line.trim().split(/\s+/);
  return more.length === 0 ? word : `${word} …`;
}

function describeKey({ name, id, clientId }: KnownKey): Record<string, string> {
  const values = { BRIKSYNC_KEY_NAME: name, BRIKSYNC_KEY_ID: id, BRIKSYNC_KEY_CLIENT_ID: clientId };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !value.includes("\0")));
}
