import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * A cookie of this server. With `__Host-`, browsers refuse it from other hosts and without TLS, so that no other host
 * can set it (RFC 6265bis, section 4.1.3.2).
 */
type CookieName = `__Host-${string}`;

/** Contains the session of a browser. */
export const sessionCookie: CookieName = "__Host-briksync_session";
/** Contains the ticket of a sign-in by redirect. */
export const ticketCookie: CookieName = "__Host-briksync_sign_in";
/** Contains the ticket of a sign-in that waits for the second factor. It opens nothing but the page that asks for it. */
export const secondFactorCookie: CookieName = "__Host-briksync_second_factor";

/** Contains the device token for the next sign-in. */
export const deviceCookie: CookieName = "__Host-briksync_device";

/** Values are base64url and need no quoting. */
const valueForm = /^[\w-]+$/;

/** Returns the value of a cookie. Returns undefined if there is none or more than one, because one would be ignored. */
export function readCookie(request: FastifyRequest, name: CookieName): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && valueForm.test(value) ? value : undefined;
}

/** Sets a cookie for this host. Scripts cannot read it, and other sites can send it only with links to this site. */
export function setCookie(reply: FastifyReply, name: CookieName, value: string, maxAgeSeconds: number): void {
  const cookie = `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Lax`;
  reply.header("set-cookie", cookie);
}

/** Deletes a cookie. */
export function clearCookie(reply: FastifyReply, name: CookieName): void {
  setCookie(reply, name, "", 0);
}
