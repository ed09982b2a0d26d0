import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";
import { makeCertificate } from "./certificate.ts";
import { createSealedBox, type SealedBox } from "./sealed-box.ts";
import { startTunnel } from "./tunnel.ts";

/**
 * Stand-ins for the APIs of GitHub, a GitHub Enterprise Server and AWS Secrets Manager, for the real `gh` and `aws`.
 */
export interface VendorApis {
  /** Variables with which `gh` and `aws` are signed in and reach only the stand-ins. */
  readonly env: Readonly<Record<string, string>>;
  /** All requests, such as `PUT github.com/acme/web#KEY` or `PutSecretValue crm`. */
  readonly requests: string[];
  /** The stored secrets, by `github.com/acme/web#KEY` or their ID at AWS. */
  readonly stored: Map<string, string>;
  /** Arguments and environments of all child processes at the moments when secrets were stored. */
  readonly processes: string[];
  /** Refuses each request that contains a text, with a status and a body in the vendor's format. */
  refuse(text: string, status: number, body: object): void;
  /** Forgets requests, secrets and refusals. */
  reset(): void;
  stop(): void;
}

/** A received request. `operation` is set for AWS. */
interface Call {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly authorization: string;
  readonly operation: string | undefined;
  readonly body: Readonly<Record<string, string>>;
}

/** The response of a stand-in. `stores` is the name and the value of a secret to store. */
interface StandInResponse {
  readonly request: string;
  readonly status: number;
  readonly body: object;
  readonly stores?: readonly [name: string, value: string];
}

/**
 * Returns why the tests of the real `gh` and `aws` cannot run here, or undefined if they can. In CI, they always run.
 */
export function findMissingVendorPrograms(): string | undefined {
  if (process.platform !== "linux") return "the tests of gh and aws need Linux";
  return findMissingPrograms("gh", "aws", "openssl");
}

const hostnames = ["api.github.com", "github.example.com", "secretsmanager.eu-central-1.amazonaws.com"];

/** Starts the stand-ins and writes their certificate to the directory. A proxy leads to them, so no DNS is needed. */
export async function startVendorApis(directory: string): Promise<VendorApis> {
  const { path, key, cert } = makeCertificate(directory, ...hostnames);
  const box = createSealedBox();
  const requests: string[] = [];
  const stored = new Map<string, string>();
  const processes: string[] = [];
  const refusals: { text: string; status: number; body: object }[] = [];
  const tls = await listen({ key, cert }, (call) => {
    const response = call.operation === undefined ? respondAsGitHub(call, box) : respondAsAws(call);
    requests.push(response.request);
    const refusal = refusals.find(({ text }) => response.request.includes(text));
    if (refusal !== undefined) return refusal;
    if (response.stores !== undefined) {
      stored.set(...response.stores);
      processes.push(...readProcesses(process.pid));
    }
    return response;
  });
  const tunnel = await startTunnel((tls.address() as AddressInfo).port);
  return {
    env: {
      HTTPS_PROXY: `http://127.0.0.1:${tunnel.port}`,
      NO_PROXY: "127.0.0.1",
      SSL_CERT_FILE: path,
      GH_TOKEN: "github_pat_x",
      GH_ENTERPRISE_TOKEN: "ghe_x",
      AWS_CA_BUNDLE: path,
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_DEFAULT_REGION: "eu-central-1",
    },
    requests,
    stored,
    processes,
    refuse: (text, status, body) => void refusals.push({ text, status, body }),
    reset() {
      for (const list of [requests, processes, refusals]) list.length = 0;
      stored.clear();
    },
    stop() {
      tunnel.stop();
      tls.closeAllConnections();
      tls.close();
    },
  };
}

function respondAsGitHub({ method, host, path, authorization, body }: Call, box: SealedBox): StandInResponse {
  const isPublic = host === "api.github.com";
  const [, repository, name] = /\/repos\/([^/]+\/[^/]+)\/actions\/secrets\/([^/]+)$/.exec(path) ?? [];
  const secret = `${isPublic ? "github.com" : host}/${repository}#${name}`;
  const request = `${method} ${secret}`;
  if (authorization !== `token ${isPublic ? "github_pat_x" : "ghe_x"}`)
    return { request, status: 401, body: { message: "Bad credentials" } };
  if (!path.startsWith(isPublic ? "/repos/" : "/api/v3/repos/"))
    return { request, status: 404, body: { message: "Not Found" } };
  if (method === "GET") return { request, status: 200, body: { key_id: "k1", key: box.publicKey } };
  const { encrypted_value: value = "", key_id: keyId } = body;
  if (keyId !== "k1") return { request, status: 422, body: { message: "Unknown key_id" } };
  return { request, status: 201, body: {}, stores: [secret, box.open(value)] };
}

function respondAsAws({ operation, authorization, body }: Call): StandInResponse {
  const { SecretId: id = "", SecretString: value } = body;
  const request = `${operation} ${id}`;
  if (!/^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d+\/eu-central-1\/secretsmanager\//.test(authorization))
    return { request, status: 400, body: { __type: "InvalidSignatureException" } };
  const found = { request, status: 200, body: { ARN: "arn:aws:secretsmanager", Name: id } };
  return value === undefined ? found : { ...found, stores: [id, value] };
}

async function listen(
  identity: ServerOptions,
  respond: (call: Call) => Omit<StandInResponse, "request">,
): Promise<Server> {
  const server = createServer(identity, async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { status, body } = respond({
      method: request.method ?? "",
      host: request.headers.host ?? "",
      path: request.url ?? "",
      authorization: request.headers.authorization ?? "",
      operation: request.headers["x-amz-target"]?.toString().replace("secretsmanager.", ""),
      body: text === "" ? {} : JSON.parse(text),
    });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Returns the arguments and environments of all descendants of a process. */
function readProcesses(processId: number): string[] {
  const tasks = readdirSync(`/proc/${processId}/task`);
  const children = tasks.flatMap((task) => readIfAny(`/proc/${processId}/task/${task}/children`).match(/\d+/g) ?? []);
  return children.flatMap((child) => [
    readIfAny(`/proc/${child}/cmdline`),
    readIfAny(`/proc/${child}/environ`),
    ...readProcesses(Number(child)),
  ]);
}

/** Returns the content of a file, or an empty text if its process has ended meanwhile. */
function readIfAny(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
