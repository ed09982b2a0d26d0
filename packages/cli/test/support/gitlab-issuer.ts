import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import type { Server } from "node:http";
import { listen, urlOf } from "./pipeline.ts";

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
  const server: Server = await listen((path) => {
    if (path === "/.well-known/openid-configuration") return { issuer: url, jwks_uri: `${url}/oauth/discovery/keys` };
    return path === "/oauth/discovery/keys" ? { keys: [jwk] } : null;
  });
  const url = urlOf(server);
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
