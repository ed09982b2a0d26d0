import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { decodeJwt } from "jose";
import { onTestFinished } from "vitest";
import { FakeRefusal } from "./fake-supabase-refusal.ts";
import { FakeProject, type FakeSession, type FakeUser } from "./fake-supabase-state.ts";
import type { OnFinished } from "./lifetimes.ts";
import { createSigningKey, type SigningKey } from "./supabase-keys.ts";

/** Failures of the project: no connection, a lost response, an endless response, a huge one, or an invalid one. */
type Misbehavior = "down" | "cut" | "slow" | "huge" | "error" | "html" | "redirect" | "rate-limited";

/** A Supabase project over real HTTP, according to its public documentation and its openapi.yaml. */
export interface FakeSupabase {
  readonly url: string;
  readonly publishableKey: string;
  readonly project: FakeProject;
  /** Keys in its JWKS. */
  readonly publishedKeys: SigningKey[];
  /** Method and path of every call. */
  readonly calls: string[];
  misbehavior: Misbehavior | null;
  /** Part of the path of the calls that fail. All calls fail by default. */
  misbehavesAt: string;
  /** Runs before the response to `GET /user`. */
  beforeReadUser: () => Promise<unknown>;
  /** The user who is signed in with the provider of `GET /authorize`. */
  visitor: FakeUser | null;
  /** Creates a new session of the user, with an access token. */
  signIn(user: FakeUser, aal?: "aal1" | "aal2"): Promise<{ readonly session: FakeSession; readonly token: string }>;
  /** Follows this redirect as a browser does, and signs in with the provider. Returns the URL of the redirect back. */
  visitAuthorize(location: string, user: FakeUser): URL;
  /** Follows the link in the newest email in the same way. */
  followMail(): URL;
  close(): Promise<void>;
}

/** bcrypt accepts no more bytes. */
const passwordBytesMax = 72;
const publishableKey = "sb_publishable_0123456789abcdef";

/** Starts a project with one signing key. It stops with the test, or when `onFinished` runs. */
export async function useFakeSupabase(
  onFinished: OnFinished = onTestFinished,
  now: () => Date = () => new Date(),
): Promise<FakeSupabase> {
  const key = await createSigningKey();
  const calls: string[] = [];
  const publishedKeys = [key];
  const server = createServer((request, response) => {
    void respond(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const project = new FakeProject(`${url}/auth/v1`, key, now);

  const supabase: FakeSupabase = {
    url,
    publishableKey,
    project,
    publishedKeys,
    calls,
    misbehavior: null,
    misbehavesAt: "",
    beforeReadUser: async () => undefined,
    visitor: null,
    signIn: async (user, aal) => {
      const session = project.openSession(user, aal);
      return { session, token: await project.signToken(session) };
    },
    visitAuthorize: (location, user) => {
      const query = new URL(location).searchParams;
      if (query.get("code_challenge_method") !== "s256") throw new Error("The flow is not one of PKCE with S256");
      return finishFlow(query.get("code_challenge") ?? "", query.get("redirect_to") ?? "", user);
    },
    followMail: () => {
      const mail = project.mails.at(-1);
      const user = project.users.find(({ email }) => email === mail?.email);
      if (mail === undefined || user === undefined) throw new Error("No mail was sent");
      return finishFlow(mail.challenge, mail.redirectTo, user);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  onFinished(() => supabase.close());

  function finishFlow(challenge: string, redirectTo: string, user: FakeUser): URL {
    const flow = project.beginFlow(challenge);
    flow.user = user;
    const back = new URL(redirectTo);
    back.searchParams.set("code", flow.code);
    return back;
  }

  function misbehave(response: ServerResponse): void {
    const json = { "content-type": "application/json" };
    if (supabase.misbehavior === "down") response.destroy();
    else if (supabase.misbehavior === "slow") response.writeHead(200, json).write("{");
    else if (supabase.misbehavior === "html") response.writeHead(200).end("<html>proxy</html>");
    else if (supabase.misbehavior === "error") response.writeHead(500).end("oops");
    else if (supabase.misbehavior === "rate-limited") response.writeHead(429, json).end("{}");
    else if (supabase.misbehavior === "redirect") response.writeHead(302, { location: `${url}/elsewhere` }).end();
    else {
      response.writeHead(200, json);
      const writeChunk = (): void => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", writeChunk);
      };
      writeChunk();
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const path = pathname.replace("/auth/v1", "");
    calls.push(`${request.method} ${path}`);
    const body = await text(request);
    const misbehavior = path.includes(supabase.misbehavesAt) ? supabase.misbehavior : null;
    if (misbehavior !== null && misbehavior !== "cut") return misbehave(response);
    if (path === "/authorize" && supabase.visitor !== null) {
      response
        .writeHead(302, { location: supabase.visitAuthorize(`${url}${request.url}`, supabase.visitor).href })
        .end();
      return;
    }
    const send = (status: number, json?: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(json === undefined ? undefined : JSON.stringify(json));
    };
    try {
      // The gateway of a hosted project accepts only these paths without its key.
      const isOpen = path.startsWith("/.well-known/") || path === "/authorize";
      if (!isOpen && request.headers["apikey"] !== publishableKey) {
        return send(401, { message: "No API key found in request", hint: "No `apikey` request header was found." });
      }
      const fields = body === "" ? {} : JSON.parse(body);
      const [status, result] = await route(`${request.method} ${path}`, searchParams, fields, request);
      if (misbehavior === "cut") return void response.destroy();
      send(status, result);
    } catch (error) {
      if (!(error instanceof FakeRefusal)) throw error;
      const refusal = { code: error.status, error_code: error.code, msg: "Refused" };
      send(error.status, refusal, { "x-sb-error-code": error.code });
    }
  }

  async function route(
    call: string,
    query: URLSearchParams,
    fields: Readonly<Record<string, unknown>>,
    request: IncomingMessage,
  ): Promise<[status: number, result?: unknown]> {
    const [, factorId = ""] = /^POST \/factors\/([0-9a-f-]{36})\//.exec(call) ?? [];
    switch (factorId === "" ? call : call.replace(`${factorId}/`, "")) {
      case "GET /.well-known/jwks.json":
        return [200, { keys: publishedKeys.flatMap(({ publicJwk }) => (publicJwk === null ? [] : [publicJwk])) }];
      case "POST /token":
        return [200, await presentTokens(grant(query.get("grant_type"), fields))];
      case "POST /otp":
        if (fields["create_user"] !== false) throw new Error("Strangers would get an account");
        project.mailLink({
          email: String(fields["email"]),
          challenge: String(fields["code_challenge"]),
          redirectTo: query.get("redirect_to") ?? "",
        });
        return [200, {}];
      case "GET /user":
        await supabase.beforeReadUser();
        return [200, project.describeUser(findSession(request).user)];
      case "PUT /user": {
        const session = findSession(request);
        const { user } = session;
        if (user.password !== fields["current_password"]) throw new FakeRefusal(400, "current_password_invalid");
        if (Buffer.byteLength(String(fields["password"])) > passwordBytesMax) {
          throw new FakeRefusal(400, "validation_failed");
        }
        if (user.password === fields["password"]) throw new FakeRefusal(422, "same_password");
        if (user.factors.length > 0 && session.aal === "aal1") throw new FakeRefusal(401, "insufficient_aal");
        user.password = String(fields["password"]);
        for (const other of project.sessions) if (other.user === user && other !== session) other.isEnded = true;
        return [200, project.describeUser(user)];
      }
      case "POST /logout":
        if (project.areSignOutsLimited) throw new FakeRefusal(429, "over_request_rate_limit");
        if (query.get("scope") !== "local") throw new Error("Other sessions of the user would end");
        if (findSession(request).id === project.stuckSessionId) throw new FakeRefusal(409, "conflict");
        findSession(request).isEnded = true;
        return [204];
      case "POST /factors/challenge":
        return [200, project.challenges.start(findSession(request).user.factors, factorId)];
      case "POST /factors/verify":
        return [200, await presentTokens(project.verifyFactor(findSession(request), factorId, fields))];
      default:
        return [404, { message: "no such route" }];
    }
  }

  function grant(type: string | null, fields: Readonly<Record<string, unknown>>): FakeSession {
    if (type === "password") return project.signInWithPassword(fields["email"], fields["password"]);
    if (type === "refresh_token") return project.refresh(fields["refresh_token"]);
    if (type === "pkce") return project.exchange(fields["auth_code"], fields["code_verifier"]);
    throw new FakeRefusal(400, "invalid_credentials");
  }

  async function presentTokens(session: FakeSession): Promise<unknown> {
    return {
      access_token: await project.signToken(session),
      token_type: "bearer",
      expires_in: project.tokenSeconds,
      expires_at: Math.floor(project.now().getTime() / 1_000) + project.tokenSeconds,
      refresh_token: session.refreshToken,
      user: project.describeUser(session.user),
    };
  }

  function findSession(request: IncomingMessage): FakeSession {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    const { session_id: id } = decodeJwt(token);
    const session = project.sessions.find((candidate) => candidate.id === id);
    if (session === undefined || session.isEnded) throw new FakeRefusal(403, "session_not_found");
    if (session.user.isBanned) throw new FakeRefusal(403, "user_banned");
    return session;
  }

  return supabase;
}
