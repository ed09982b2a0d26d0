import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { OnFinished } from "./lifetimes.ts";
import { createSigningKey, type SigningKey } from "./supabase-keys.ts";

/** Failures of an issuer: no connection, a response that is too large, an error, or a redirect. */
type IssuerFailure = "down" | "huge" | "error" | "redirect" | "html";

/** An issuer of workload tokens over real HTTP (OpenID Connect Discovery, RFC 7517). */
export interface FakeIssuer {
  readonly url: string;
  /** Keys of its key set. The first one signs. */
  readonly keys: SigningKey[];
  /** Paths of all calls. */
  readonly calls: string[];
  /** Fields of the discovery document that differ from those of a correct issuer. */
  document: Readonly<Record<string, unknown>>;
  failure: IssuerFailure | null;
  /** Signs a token with these claims in addition to the default claims. Undefined removes a claim. */
  sign(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts an issuer on loopback, whose tokens are for this audience. It stops with the test, or when `onFinished` runs.
 */
export async function useFakeIssuer(
  audience: string,
  onFinished: OnFinished = onTestFinished,
  now: () => Date = () => new Date(),
): Promise<FakeIssuer> {
  const keys = [await createSigningKey("RS256")];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    calls.push(path);
    if (issuer.failure !== null) return fail(response, issuer.failure, url);
    const send = (body: unknown): void => void response.writeHead(200, json).end(JSON.stringify(body));
    if (path.endsWith("/.well-known/openid-configuration")) {
      send({ issuer: url, jwks_uri: `${url}/jwks`, ...issuer.document });
    } else if (path.endsWith("/jwks")) send({ keys: keys.map(({ publicJwk }) => publicJwk) });
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: FakeIssuer = {
    url,
    keys,
    calls,
    document: {},
    failure: null,
    sign: (claims, header) => {
      const iat = Math.floor(now().getTime() / 1_000);
      const common = { iss: url, aud: audience, iat, nbf: iat, exp: iat + 300, jti: randomUUID() };
      const [key] = keys;
      if (key === undefined) throw new Error("The issuer has no key.");
      return key.sign({ ...common, ...claims }, header);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  onFinished(() => issuer.close());
  return issuer;
}

const json = { "content-type": "application/json" };

function fail(response: ServerResponse, failure: IssuerFailure, url: string): void {
  if (failure === "down") response.destroy();
  else if (failure === "error") response.writeHead(500).end("oops");
  else if (failure === "html") response.writeHead(200).end("<html>proxy</html>");
  else if (failure === "redirect") response.writeHead(302, { location: `${url}/jwks` }).end();
  else response.writeHead(200, json).end(JSON.stringify({ keys: ["x".repeat(300 * 1_024)] }));
}
