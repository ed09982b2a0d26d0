import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";

/** An API credential from the user. */
export interface GivenCredential {
  readonly clientId: string | undefined;
  readonly clientSecret: string;
  /** Its source, for messages: `standard input`, the variable, or `the terminal`. */
  readonly source: string;
}

const forms =
  "the secret alone, the client ID and the secret on two lines, or the output of briksync keys create -o json";

/** Time before a message says that the CLI waits for stdin. */
const silenceMs = 2000;

/**
 * Returns the credential: from standard input, else from BRIKSYNC_CLIENT_SECRET (with BRIKSYNC_CLIENT_ID), else from a
 * prompt. Throws USAGE if there is none, or if its format is unknown.
 */
export async function readCredential(context: Context): Promise<GivenCredential> {
  const { env, io } = context;
  if (!io.isInputTty) {
    const text = await readInput(context);
    if (text.trim() !== "") return { ...parseCredential(text), source: "standard input" };
  }
  const clientSecret = env["BRIKSYNC_CLIENT_SECRET"]?.trim();
  if (clientSecret) {
    return { clientId: env["BRIKSYNC_CLIENT_ID"] || undefined, clientSecret, source: "BRIKSYNC_CLIENT_SECRET" };
  }
  const instead = `Pass the secret on standard input (${forms}) or set BRIKSYNC_CLIENT_SECRET.`;
  if (!io.isInputTty) {
    const what = "No secret was passed: standard input is empty and BRIKSYNC_CLIENT_SECRET is not set.";
    throw new CliError("USAGE", what, { hint: `Pass ${forms}.` });
  }
  const prompts = await context.prompts(instead);
  return { ...parseCredential(await prompts.password("Client secret:")), source: "the terminal" };
}

/** Parses a credential in one of the known formats. Throws USAGE, and never repeats the text. */
export function parseCredential(text: string): Pick<GivenCredential, "clientId" | "clientSecret"> {
  const trimmed = text.replace(/^\ufeff/, "").replace(/[\r\n]+$/, "");
  if (trimmed.trimStart().startsWith("{")) return parseJson(trimmed);
  const lines = trimmed.split(/\r?\n/).filter((line) => line.trim() !== "");
  const [first = "", second, ...more] = lines;
  if (more.length > 0)
    throw new CliError("USAGE", `The input has ${lines.length} lines. One or two are expected.`, {
      hint: `Pass ${forms}.`,
    });
  if (second === undefined) return { clientId: undefined, clientSecret: first };
  if (second.trim().startsWith("api_")) return { clientId: second.trim(), clientSecret: first };
  return { clientId: first.trim(), clientSecret: second };
}

function parseJson(text: string): Pick<GivenCredential, "clientId" | "clientSecret"> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CliError("USAGE", "The input starts like JSON but is not valid JSON.", { hint: `Pass ${forms}.` });
  }
  const { clientId, clientSecret } = value as { clientId?: unknown; clientSecret?: unknown };
  if (typeof clientSecret !== "string" || (clientId !== undefined && typeof clientId !== "string")) {
    throw new CliError("USAGE", 'The JSON does not contain "clientSecret".', { hint: `Pass ${forms}.` });
  }
  return { clientId, clientSecret };
}

async function readInput({ io }: Context): Promise<string> {
  const reminder = setTimeout(() => io.writeStatus("Waiting for the secret on standard input…"), silenceMs);
  try {
    return await io.readInput(64 * 1024);
  } finally {
    clearTimeout(reminder);
  }
}
