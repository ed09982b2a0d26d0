import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A stand-in for a GitLab instance that issues ID tokens with real signatures. */
export interface GitLabIssuer {
  readonly url: string;
  /** Returns a token for an audience. Other claims replace those of a protected job of the project 42. */
  issue(audience: string, claims?: Readonly<Record<string, unknown>>): string;
  stop(): void;
}

/** Starts an issuer on this machine. It has the discovery document and the keys of OpenID Connect. */
export async function startGitLabIssuer(): Promise<GitLabIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "key-1", alg: "RS256", use: "sig" };
  const server = createServer(({ url: path }, response) => {
    const documents: Readonly<Record<string, object>> = {
      "/.well-known/openid-configuration": { issuer: url, jwks_uri: `${url}/oauth/discovery/keys` },
      "/oauth/discovery/keys": { keys: [jwk] },
    };
    const document = documents[path ?? ""];
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(document ?? {}));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    issue(audience, claims = {}) {
      const iat = Math.floor(Date.now() / 1000);
      const payload = {
        iss: url,
        aud: audience,
        iat,
        nbf: iat,
        exp: iat + 600,
        jti: randomUUID(),
        project_id: "42",
        project_path: "acme/web",
        namespace_id: "7",
        ci_config_ref_uri: `${url.replace("http://", "")}/acme/web//.gitlab-ci.yml@refs/heads/main`,
        ref_protected: "true",
        ref_path: "refs/heads/main",
        environment: "production",
        pipeline_source: "schedule",
        pipeline_id: "4711",
        ...claims,
      };
      const parts = [{ alg: "RS256", typ: "JWT", kid: "key-1" }, payload].map(encode).join(".");
      return `${parts}.${sign("sha256", Buffer.from(parts), privateKey).toString("base64url")}`;
    },
    stop: () => server.close(),
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
