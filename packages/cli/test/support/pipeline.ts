import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiKey } from "@briksync/sdk";
import { FakeBrikSync, type FakeBrikSyncOptions } from "@briksync/sdk/testing";
import { type CliHome, type CliOptions, type CliResult, createCliHome } from "./cli-process.ts";

/** Claims of a job on GitHub. */
export const jobClaims = {
  iss: "https://token.actions.githubusercontent.com",
  repository: "acme/web",
  repository_id: "123456",
  repository_owner_id: "654321",
  ref: "refs/heads/main",
  workflow_ref: "acme/web/.github/workflows/rotate.yml@refs/heads/main",
  job_workflow_ref: "acme/web/.github/workflows/rotate.yml@refs/heads/main",
  environment: "prod",
  event_name: "schedule",
  run_id: "4711",
};

/** The options of `trust add github` that allow {@link jobClaims}. */
export const addGitHub = [
  ...["trust", "add", "github", "acme/web", "--workflow", "rotate.yml", "--environment", "prod"],
  ...["--repo-id", "123456", "--owner-id", "654321"],
];

/** A fake server, a stand-in for GitHub, and the home of an admin. */
export interface Pipeline {
  readonly fake: FakeBrikSync;
  readonly url: string;
  readonly key: ApiKey;
  readonly admin: CliHome;
  /** Tokens that GitHub has issued. */
  readonly idTokens: readonly string[];
  /** Runs the CLI as the admin and returns its JSON. */
  runJson<Body>(...args: string[]): Promise<Body>;
  /** Adds a trust for the key and returns its ID. */
  addTrust(...options: string[]): Promise<string>;
  /** Returns the variables of a job on GitHub. Other claims replace those of the job. */
  jobEnv(trustId: string, claims?: Readonly<Record<string, unknown>>): Record<string, string>;
  /** Runs the CLI in a job on GitHub. Other claims replace those of the job. */
  runJob(trustId: string, args: readonly string[], options?: JobOptions): Promise<CliResult>;
  stop(): Promise<void>;
}

/** What differs from a usual job. */
interface JobOptions extends CliOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Starts a fake server with two keys. */
export async function startPipeline(options: FakeBrikSyncOptions = {}): Promise<Pipeline> {
  const fake = new FakeBrikSync(options);
  const { url, close } = await fake.listen();
  const { key } = fake.addKey("CRM");
  fake.addKey("Other");
  const admin = await createCliHome({ BRIKSYNC_SERVER: url, BRIKSYNC_TOKEN: fake.addSession().accessToken });
  const runner = await createCliHome();
  const idTokens: string[] = [];
  let claims: Readonly<Record<string, unknown>> = {};
  const platform = await listen((address) => {
    const audience = new URL(address, "http://127.0.0.1").searchParams.get("audience");
    const idToken = fake.issueIdToken({ ...jobClaims, aud: audience, ...claims });
    idTokens.push(idToken);
    return { value: idToken };
  });
  const runJson: Pipeline["runJson"] = async (...args) => {
    const { exitCode, stdout, stderr } = await admin.run([...args, "-o", "json"]);
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as never;
  };
  const jobEnv: Pipeline["jobEnv"] = (trustId, other = {}) => {
    claims = other;
    return {
      CI: "true",
      GITHUB_ACTIONS: "true",
      BRIKSYNC_SERVER: url,
      BRIKSYNC_TRUST: trustId,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${urlOf(platform)}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
    };
  };
  return {
    fake,
    url,
    key,
    admin,
    idTokens,
    runJson,
    addTrust: async (...options) => (await runJson<{ id: string }>(...addGitHub, "--key", "CRM", ...options)).id,
    jobEnv,
    runJob: (trustId, args, { claims: other, env, ...options } = {}) =>
      runner.run(args, { ...options, env: { ...jobEnv(trustId, other), ...env } }),
    async stop() {
      platform.close();
      await Promise.all([close(), admin.remove(), runner.remove()]);
    },
  };
}

/** Serves JSON on a free port. */
export async function listen(respond: (url: string) => object | null): Promise<Server> {
  const server = createServer((request, response) => {
    const body = respond(request.url ?? "");
    response.writeHead(body === null ? 404 : 200, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Returns the URL of a server on this machine. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
