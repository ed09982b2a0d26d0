import { ApiError, inspectSecret, type RefusedCredential } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError, ErrorWithHint } from "../errors/cli-error.ts";
import { requireIntendedServer } from "../session/credential.ts";
import { openClient } from "../session/open-client.ts";
import { printRecord } from "../terminal/print-record.ts";
import { isVisibleWord } from "../text/sanitize.ts";

/**
 * Runs `briksync keys verify`: asks the server whether it accepts a credential from this machine, and prints its key.
 * Throws a rejection as an error. Uses no session.
 */
export async function verifyCredential(context: Context): Promise<void> {
  const given = await readCredential(context);
  const clientSecret = given.clientSecret.trim();
  const clientId = given.clientId?.trim();
  const isSendable = [clientSecret, clientId ?? "none"].every((text) => isVisibleWord(text, 512));
  if (clientSecret.startsWith("api_") || !isSendable) {
    const reason = inspectSecret(clientSecret).reason ?? "The client ID has spaces or invalid characters.";
    throw new CliError("INVALID_CREDENTIALS", `The text from ${given.source} is not a valid credential. ${reason}`, {
      hint: "Nothing was sent.",
    });
  }
  if (given.source === "BRIKSYNC_CLIENT_SECRET") {
    requireIntendedServer(context, given.source, await context.settings());
  }
  const client = await openClient(context, { clientSecret, ...(clientId !== undefined && { clientId }) });
  const result = await client.verify({}, { signal: context.signal });
  if (!result.ok) throw explainRefusal(result, clientSecret, given.source);
  const { ok, ...who } = result;
  const { name, clientId: id, companyName, companyId, keyId, secret } = who;
  if ((await context.output()) === "table") {
    context.io.writeDone(`The server accepts the secret from ${given.source}.`);
  }
  await printRecord(context, {
    json: { ok, ...who },
    id: keyId,
    fields: [
      { label: "Key", field: "name", value: name },
      { label: "Client ID", field: "clientId", value: id },
      { label: "ID", field: "keyId", value: keyId },
      { label: "Company", field: "companyName", value: companyName },
      { label: "Company ID", field: "companyId", value: companyId },
      { label: "Secret", field: "secret", value: secret },
    ],
  });
}

function explainRefusal(refused: RefusedCredential, clientSecret: string, source: string): Error {
  const { status, type, message, requestId, retryAfterSeconds } = refused;
  const error = new ApiError(message, {
    type,
    status,
    outcome: "rejected",
    retryable: false,
    attempts: 1,
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
  // A newer server may have more reasons.
  const hint = Object.hasOwn(refusalHints, type) ? refusalHints[type]?.(clientSecret, source) : undefined;
  return hint === undefined ? error : new ErrorWithHint(error, hint);
}

/** The hint for each reason for which the server refuses a credential, or null if the general hint of the error is enough. */
export const refusalHints: Readonly<Record<string, ((clientSecret: string, source: string) => string) | null>> = {
  INVALID_CREDENTIALS: (clientSecret, source) => {
    const { valid, reason } = inspectSecret(clientSecret);
    return valid
      ? "The format of the secret is valid. It may have been rotated or revoked, or belong to another server or client ID."
      : `The format of the secret from ${source} is not valid. ${reason ?? ""}`.trim();
  },
  IP_NOT_ALLOWED: () => "The secret is correct. To allow this address, run: briksync keys allow-ip KEY --me",
  BAD_REQUEST: null,
  MISSING_CREDENTIALS: null,
  PLAN_UPGRADE_REQUIRED: null,
  RATE_LIMITED: null,
};

/** The part of a secret that may be shown: its prefix and 16 of 160 random bits. */
const shownCharacters = 8;

/**
 * Runs `briksync keys inspect`: checks the format and checksum of a secret offline. Throws REFUSED if the format is not
 * valid.
 */
export async function inspect(context: Context): Promise<void> {
  const { clientSecret, source } = await readCredential(context);
  const { valid, reason } = inspectSecret(clientSecret);
  if (!valid) {
    throw new CliError("REFUSED", `The text from ${source} is not a client secret. ${reason ?? ""}`.trim(), {
      hint: "A client secret has 52 characters: sec_ and 48 hexadecimal digits.",
    });
  }
  const begins = `${clientSecret.slice(0, shownCharacters)}…`;
  if ((await context.output()) === "table") {
    context.io.writeDone(
      `The format is valid. To check whether the server accepts the secret, run: briksync keys verify`,
    );
  }
  await printRecord(context, {
    json: { valid: true, begins, length: clientSecret.length },
    id: begins,
    fields: [
      { label: "Begins with", field: "begins", value: begins },
      { label: "Length", field: "length", value: clientSecret.length, show: `${clientSecret.length} characters` },
      { label: "Checksum", field: "valid", value: true, show: "matches" },
    ],
  });
}

/** An API credential from the user. */
export interface InputCredential {
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
export async function readCredential(context: Context): Promise<InputCredential> {
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
export function parseCredential(text: string): Pick<InputCredential, "clientId" | "clientSecret"> {
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

function parseJson(text: string): Pick<InputCredential, "clientId" | "clientSecret"> {
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
