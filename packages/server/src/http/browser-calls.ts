import { isIP } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dependencies } from "../domain/dependencies.ts";
import { isLoopback } from "../domain/network/loopback.ts";
import { homePath } from "../domain/sign-in/return-path.ts";
import { AppError } from "../errors.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../store/store.ts";
import type { App } from "./fastify.ts";
import type { SignInNotice } from "./pages/sign-in-page.ts";

/** Path of the sign-in page. */
export const signInPath = "/login";

/**
 * Options of a route for browsers. It is not part of the OpenAPI document, because only pages of this server call it.
 */
export const browserRoute = { config: { plane: "api" }, schema: { hide: true } } as const;

const formBytesMax = 8 * 1024;

/** Accepts HTML forms in this part of the app, and ignores other bodies. */
export function acceptForms(app: App): void {
  app.removeAllContentTypeParsers();
  const type = "application/x-www-form-urlencoded";
  app.addContentTypeParser(type, { parseAs: "string", bodyLimit: formBytesMax }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit: formBytesMax }, (_request, _body, done) => done(null));
}

/** Returns the fields of a form or query that occur once and are strings. */
export function readFields(source: unknown): Readonly<Record<string, string | undefined>> {
  const fields: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  const isForm = source instanceof URLSearchParams;
  const names = isForm ? new Set(source.keys()) : Object.keys(source ?? {});
  for (const name of names) {
    const value: unknown = isForm ? source.getAll(name) : (source as Record<string, unknown>)[name];
    const [text, more] = Array.isArray(value) ? value : [value];
    if (typeof text === "string" && more === undefined) fields[name] = text;
  }
  return fields;
}

/**
 * Returns a hook that refuses calls from pages of other origins, before the body is read (RFC 9700, section 4.7).
 * Browsers that do not send `Sec-Fetch-Site` send an `Origin` that must be this server's.
 * @throws {AppError} FORBIDDEN
 */
export function createOwnPageHook(publicUrl: () => string | null): (request: FastifyRequest) => Promise<void> {
  return async ({ headers }) => {
    const site = headers["sec-fetch-site"];
    const isOwn =
      site === undefined ? headers.origin !== undefined && headers.origin === publicUrl() : site === "same-origin";
    if (!isOwn) throw new AppError("FORBIDDEN", { message: "Only the pages of this server can make this call" });
  };
}

/**
 * Returns whether a request comes from a link on this server, the address bar or a bookmark, and not from a page of
 * another origin.
 */
export function isOwnNavigation({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers["sec-fetch-site"] === "same-origin" || headers["sec-fetch-site"] === "none";
}

/**
 * Returns the result of `work`, or `otherwise` if the database fails or the outcome is unknown. Reports the failure, so
 * that a browser gets a page instead of an error.
 */
export async function unlessStoreFails<T, const U>(
  deps: Dependencies,
  what: string,
  work: Promise<T>,
  otherwise: U,
): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError || error instanceof StoreOutcomeUnknownError)) throw error;
    deps.reportFailure(what, error);
    return otherwise;
  }
}

/** Redirects to a path of this server or to the provider, without a referrer that could contain a code. */
export function redirect(reply: FastifyReply, location: string): FastifyReply {
  return reply.code(303).headers({ location, "referrer-policy": "no-referrer" }).send();
}

/** Redirects to the sign-in page, which shows the notice and keeps the return path. */
export function redirectToSignIn(reply: FastifyReply, notice: SignInNotice, returnPath = homePath): FastifyReply {
  const query = new URLSearchParams({ auth: notice, ...(returnPath !== homePath && { returnTo: returnPath }) });
  return redirect(reply, `${signInPath}?${query}`);
}

/**
 * Returns a function that returns the origin at which browsers reach this server. This is the configured origin, or
 * else the listening address if it is a loopback address, or else null. Call it after the server listens.
 */
export function createPublicUrl(app: App, configured: string | null): () => string | null {
  return () => {
    if (configured !== null) return configured;
    const found = app.server.address();
    if (found === null || typeof found === "string" || !isLoopback(found.address)) return null;
    return `http://${isIP(found.address) === 6 ? `[${found.address}]` : found.address}:${found.port}`;
  };
}
