import { quoteArgument } from "../text/quote-argument.ts";
import type { Settings } from "./settings.ts";

// Words of a command line as it stands in a sentence. What goes on like an argument (`api_0123`) is not one of them.
const commandLine = /\bbriksync(?: [a-z][a-z-]*(?![\w-]))+/g;

/**
 * Adds `--profile` and `--server` to the command lines in a text, as far as this run was given them: a command that is shown to be
 * copied must reach the same place.
 */
export function carryFlags(text: string, settings: Pick<Settings, "profile" | "server"> | undefined): string {
  const { profile, server } = settings ?? {};
  const flags = [
    ...(profile?.source === "flag" ? [` --profile ${profile.value}`] : []),
    ...(server?.source === "flag" && !/ --server\b/.test(text) ? [` --server ${quoteArgument(server.value)}`] : []),
  ].join("");
  return text.includes("--profile") ? text : text.replace(commandLine, (line) => line + flags);
}
