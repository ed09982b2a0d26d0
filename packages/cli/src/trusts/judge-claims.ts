import { readFile } from "node:fs/promises";
import type { ClaimVerdict, TrustExplanation } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { type ExitCode, exitCodes } from "../errors/exit-codes.ts";
import { explainSystemError } from "../errors/node-error.ts";
import { checkTrustId, requireIntendedServer } from "../session/credential.ts";
import { createWorkloadIdentity, openClient } from "../session/open-client.ts";
import { formatJson } from "../terminal/data-formats.ts";
import { type ListColumn, printList } from "../terminal/print-list.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { findTrust } from "./find-trust.ts";

/** A line of the comparison. `ok` is null if the server did not judge the claim. */
interface JudgedClaim extends Omit<ClaimVerdict, "ok" | "wants"> {
  readonly wants?: string | null;
  readonly ok: boolean | null;
}

/** Runs `briksync trust test`. Returns 10 if the trust would refuse these claims. */
export async function testTrust(
  context: Context,
  text: string,
  { claims: path }: { readonly claims: string },
): Promise<ExitCode> {
  const hint =
    'Pass a file that contains a JSON object, such as {"repository_id": "123456", "ref": "refs/heads/main"}.';
  const claims = readClaims(path === "-" ? await context.io.readInput() : await readText(path), hint);
  const client = await context.client();
  const trust = await findTrust(context, text);
  const verdict = await client.trusts.test(trust.id, claims, { signal: context.signal });
  await printVerdict(context, verdict, verdict.claims, true);
  const { io } = context;
  if (verdict.allowed) io.writeDone(`"${sanitizeText(trust.name)}" allows a job with these claims.`);
  else io.writeWarning(`"${sanitizeText(trust.name)}" refuses a job with these claims.`);
  return verdict.allowed ? exitCodes.done : exitCodes.findings;
}

/** Runs `briksync trust explain` in a job. Returns 10 if the trust would refuse the job. */
export async function explainTrust(context: Context, { trust }: { readonly trust?: string }): Promise<ExitCode> {
  const given = trust ?? context.env["BRIKSYNC_TRUST"]?.trim();
  if (!given) throw new CliError("USAGE", "BRIKSYNC_TRUST is not set.", { hint: "Set it, or pass --trust ID." });
  const source = trust === undefined ? "BRIKSYNC_TRUST" : "--trust";
  const trustId = checkTrustId(given, source);
  const settings = await context.settings();
  requireIntendedServer(context, source, settings);
  const server = settings.server.value;
  let own: Readonly<Record<string, unknown>> = {};
  const tokenHint = "Check the token that the platform gives this job, for example in BRIKSYNC_ID_TOKEN.";
  const identity = createWorkloadIdentity(context, trustId);
  const client = await openClient(context, {
    workloadIdentity: {
      ...identity,
      async onToken(token) {
        await identity.onToken?.(token);
        if (token.kind === "id-token") own = readClaims(token.value.reveal(), tokenHint);
      },
    },
  });
  const verdict = await client.trusts.explain({ signal: context.signal });
  const { allowed, claims } = verdict;
  const unjudged = Object.entries(own).map(([claim, value]) => ({
    claim,
    has: typeof value === "object" ? JSON.stringify(value) : String(value),
    ok: null,
  }));
  await printVerdict(context, verdict, claims.length > 0 ? claims : unjudged, false);
  const { io } = context;
  if (allowed) io.writeDone(`The trust allows this job on ${server}.`);
  else io.writeWarning(explainRefusal(verdict, { server, trustId, own }));
  return allowed ? exitCodes.done : exitCodes.findings;
}

function explainRefusal(
  { type, claims }: TrustExplanation,
  { server, trustId, own }: { server: string; trustId: string; own: Readonly<Record<string, unknown>> },
): string {
  switch (type) {
    case "ASSERTION_REPLAYED":
      return "The token of the CI platform was already used. Request another one.";
    case "ASSERTION_INVALID":
      return `${server} does not accept the token of the CI platform. Its audience is ${sanitizeText(String(own["aud"]))}, and it must be the PUBLIC_URL of the server.`;
    case "PLAN_UPGRADE_REQUIRED":
      return "The trust allows this job, but its company needs the BUSINESS plan.";
  }
  if (claims.length === 0) {
    return "There is no enabled trust with this ID for this job. To see the IDs and whether a trust is disabled, an admin can run: briksync trust list";
  }
  if (claims.every(({ ok }) => ok)) return "All claims match, but the trust does not allow the IP address of this job.";
  return `The trust refuses this job. To see the expected values, an admin can run: briksync trust show ${trustId}`;
}

async function printVerdict(
  context: Context,
  json: object,
  claims: readonly JudgedClaim[],
  showsWanted: boolean,
): Promise<void> {
  if ((await context.output()) === "json") return context.io.writeData(formatJson({ ...json, claims }));
  const columns: ListColumn<JudgedClaim>[] = [
    { header: "CLAIM", field: "claim" },
    { header: showsWanted ? "THE TOKEN HAS" : "THIS JOB HAS", field: "has", widthMin: 12 },
    { header: "THE TRUST WANTS", field: "wants", show: ({ wants }) => wants ?? "another value", widthMin: 12 },
    {
      header: "OK",
      field: "ok",
      show: ({ ok }) => (ok === null ? "?" : ok ? "yes" : "no"),
      style: ({ ok }, { red }) => (ok === false ? red : undefined),
    },
  ];
  await printList(context, claims, {
    empty: "",
    nouns: ["claim", "claims"],
    id: ({ claim }) => claim,
    columns: columns.filter(({ field }) => showsWanted || field !== "wants"),
  });
}

/** Parses claims: a JSON object, or a whole token, whose signature does not matter here. */
function readClaims(text: string, hint: string): Readonly<Record<string, unknown>> {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text.trim()) ?? [];
  try {
    const claims: unknown = JSON.parse(
      payload === undefined ? text : Buffer.from(payload, "base64url").toString("utf8"),
    );
    if (typeof claims === "object" && claims !== null && !Array.isArray(claims))
      return claims as Record<string, unknown>;
  } catch {
    // The original error would quote the text, which may be a token.
  }
  throw new CliError("USAGE", "The claims are not a JSON object and not a token.", { hint });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CliError("USAGE", `${path} cannot be read: ${explainSystemError(error)}.`);
  }
}
