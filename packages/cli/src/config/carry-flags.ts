import { quoteArgument } from "../text/sanitize.ts";
import type { Settings } from "./settings.ts";

// Matches a command line inside a sentence, but no page of help, which asks no server. A word that continues like an
// argument (`api_0123`) is not part of it.
const commandLine = /\bbriksync(?! help\b)(?: [a-z][a-z-]*(?![\w-]))+/g;

/**
 * Adds `--profile` and `--server` to the command lines in a text if this run received them. A command that users copy
 * must reach the same server.
 */
export function carryFlags(text: string, settings: Pick<Settings, "profile" | "server"> | undefined): string {
  const { profile, server } = settings ?? {};
  const flags = [
    ...(profile?.source === "flag" ? [` --profile ${profile.value}`] : []),
    ...(server?.source === "flag" && !/ --server\b/.test(text) ? [` --server ${quoteArgument(server.value)}`] : []),
  ].join("");
  return text.includes("--profile") ? text : text.replace(commandLine, (line) => line + flags);
}
