import { isRecord, parseJson } from "../call/json.ts";
import { ConfigurationError } from "../errors/errors.ts";
import { isLoopbackHost } from "../transport/base-url.ts";
import type { Transport } from "../transport/transport.ts";
import { createUnavailableError, fetchIdToken } from "./fetch-id-token.ts";
import { readTextFile, runProgram } from "./system.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The path at which Kubernetes mounts the token of a pod that follows the recipe in docs/ci.md. */
const kubernetesTokenPath = "/var/run/secrets/briksync/token";

/**
 * Returns a token of the CI platform on which this process runs, for an audience. `BRIKSYNC_ID_TOKEN` and
 * `BRIKSYNC_ID_TOKEN_FILE` have priority. Throws `ID_TOKEN_UNAVAILABLE` with the line that is missing in the
 * configuration of the job.
 */
export async function requestIdToken(transport: Transport, audience: string, env: Environment): Promise<string> {
  const { BRIKSYNC_ID_TOKEN: given, BRIKSYNC_ID_TOKEN_FILE: file } = env;
  if (given) return given.trim();
  if (file) return readIdTokenFile(file, "BRIKSYNC_ID_TOKEN_FILE");
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (url && token) return requestFromGitHub(transport, url, token, audience);
  if (env["GITHUB_ACTIONS"] === "true") throw createUnavailableError(noPermission);
  if (env["BUILDKITE"] === "true") return requestFromBuildkite(audience, env);
  if (env["GITLAB_CI"] === "true") throw createUnavailableError(explainGitLab(audience));
  if (env["CIRCLECI"] === "true") throw createUnavailableError(explainCircleCi(audience));
  if (env["KUBERNETES_SERVICE_HOST"]) return readIdTokenFile(kubernetesTokenPath, "The projected token of the pod");
  throw createUnavailableError(
    "This process has no token of a CI platform. Set BRIKSYNC_ID_TOKEN or BRIKSYNC_ID_TOKEN_FILE, or use an automation token.",
  );
}

const noPermission =
  "This job may not request an ID token. Add this line to the job in the workflow: permissions: { id-token: write, contents: read }";

function explainGitLab(audience: string): string {
  return `This job has no ID token. Add this line to the job in .gitlab-ci.yml: id_tokens: { BRIKSYNC_ID_TOKEN: { aud: "${audience}" } }`;
}

function explainCircleCi(audience: string): string {
  const command = `circleci run oidc get --claims '{"aud": "${audience}"}'`;
  return `This job has no ID token. Add this line before the command: export BRIKSYNC_ID_TOKEN="$(${command})"`;
}

async function requestFromGitHub(
  transport: Transport,
  address: string,
  requestToken: string,
  audience: string,
): Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname)))) {
    throw createUnavailableError("ACTIONS_ID_TOKEN_REQUEST_URL is not an HTTPS URL.");
  }
  url.searchParams.set("audience", audience);
  const body = parseJson(await fetchIdToken(transport, url, requestToken));
  const value = isRecord(body) ? body["value"] : undefined;
  if (typeof value === "string") return value;
  throw createUnavailableError("GitHub returned a response without an ID token.");
}

async function requestFromBuildkite(audience: string, env: Environment): Promise<string> {
  const args = ["oidc", "request-token", "--audience", audience];
  try {
    return (await runProgram("buildkite-agent", args, env)).trim();
  } catch (error) {
    throw createUnavailableError(`buildkite-agent oidc request-token failed: ${describe(error)}.`);
  }
}

async function readIdTokenFile(path: string, what: string): Promise<string> {
  try {
    return (await readTextFile(path)).trim();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw createUnavailableError(`${what} cannot be read from ${path}: ${describe(error)}.`);
  }
}

/** Returns the code of an error. The output of a program could contain a token. */
function describe(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : typeof code === "number" ? `it exited with ${code}` : "unknown error";
}
