import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An issuer of workload tokens as GitLab is one, over HTTP on this machine. */
export interface Issuer {
  readonly url: string;
  /** Variables with which a server accepts its tokens, and addresses that a load makes up. */
  readonly settings: Readonly<Record<string, string>>;
  /** What a trust pins of the tokens of a project. */
  pin(project: string): Readonly<Record<string, string>>;
  /** Returns a new token for a server, signed with the issuer's key. */
  issue(audience: string, project: string): string;
  /** Returns the same signed with another key, which names the key of the issuer. */
  forge(audience: string, project: string): string;
  stop(): Promise<void>;
}

const keyBits = 2048;
const tokenSeconds = 3_000;

/** Starts the issuer. A server asks it once for its keys. */
export async function startIssuer(): Promise<Issuer> {
  const [own, other] = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: keyBits }));
  if (own === undefined || other === undefined) throw new Error("There is no key.");
  const jwk = { ...own.publicKey.export({ format: "jwk" }), kid: "key-1", alg: "RS256", use: "sig" };
  const server = createServer(({ url: path }, response) => {
    const document = { issuer: url, jwks_uri: `${url}/jwks` };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(path === "/jwks" ? { keys: [jwk] } : document));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const pin = (project: string): Readonly<Record<string, string>> => ({
    project_id: project,
    namespace_id: "7",
    ci_config_ref_uri: "gitlab.example.com/acme/web//.gitlab-ci.yml@refs/heads/main",
    ref_protected: "true",
  });
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const write = (audience: string, project: string, key: typeof own.privateKey): string => {
    const iat = Math.floor(Date.now() / 1000);
    const times = { iat, nbf: iat, exp: iat + tokenSeconds };
    const run = { project_path: `acme/${project}`, pipeline_source: "schedule", pipeline_id: "4711" };
    const claims = { iss: url, aud: audience, jti: randomUUID(), ...times, ...run, ...pin(project) };
    const parts = `${encode({ alg: "RS256", typ: "JWT", kid: "key-1" })}.${encode(claims)}`;
    return `${parts}.${sign("sha256", Buffer.from(parts), key).toString("base64url")}`;
  };
  return {
    url,
    settings: { OIDC_ISSUERS: `gitlab=${url}`, TRUSTED_PROXIES: "127.0.0.1/32" },
    pin,
    issue: (audience, project) => write(audience, project, own.privateKey),
    forge: (audience, project) => write(audience, project, other.privateKey),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The form of an exchange (RFC 8693). */
export function writeExchange(token: string, trustId: string): string {
  return new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    subject_token: token,
    trust_id: trustId,
  }).toString();
}
