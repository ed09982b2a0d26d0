import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * A cookie of ours. `__Host-` makes browsers refuse it from other hosts and without TLS, so that nobody beside this server
 * can set one (RFC 6265bis, section 4.1.3.2).
 */
type CookieName = `__Host-${string}`;

/** Holds the session of a browser. */
export const sessionCookie: CookieName = "__Host-briksync_session";
/** Holds what a browser must show when it comes back from signing in. */
export const ticketCookie: CookieName = "__Host-briksync_sign_in";

/** Holds the token that tells this browser from strangers' at the next sign-in. */
export const deviceCookie: CookieName = "__Host-briksync_device";

/** Ours are base64url and need no quoting. */
const valueForm = /^[\w-]+$/;

/** The value of a cookie; undefined when there is none, or more than one, of which one would be ignored silently. */
export function readCookie(request: FastifyRequest, name: CookieName): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && valueForm.test(value) ? value : undefined;
}

/** Sets a cookie for this host, out of reach of scripts, that comes along when somebody follows a link here, but with nothing else from elsewhere. */
export function setCookie(reply: FastifyReply, name: CookieName, value: string, maxAgeSeconds: number): void {
  const cookie = `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Lax`;
  reply.header("set-cookie", cookie);
}

/** Makes the browser forget a cookie. */
export function clearCookie(reply: FastifyReply, name: CookieName): void {
  setCookie(reply, name, "", 0);
}
