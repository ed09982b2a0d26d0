import type { FastifyRequest } from "fastify";
import type { Cidr } from "../../domain/cidr.ts";
import { resolveClientAddress } from "../../domain/client-address.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";

/** Headers that decide something; of two, one would be ignored silently. */
const singleHeaders = new Set([
  "authorization",
  "host",
  "x-api-key",
  "x-api-secret",
  "content-type",
  "idempotency-key",
]);

/** Deepest nesting of a JSON body; ours need 3. */
const jsonDepthMax = 16;

/** BAD_REQUEST when a header that decides something comes twice (S-33). */
function refuseDuplicateHeaders(request: FastifyRequest): void {
  const { rawHeaders } = request.raw;
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    if (!singleHeaders.has(name)) continue;
    if (seen.has(name)) throw new AppError("BAD_REQUEST", { message: `The header ${name} was sent twice` });
    seen.add(name);
  }
}

/** BAD_REQUEST for JSON nested deeper than any request of ours, before it is parsed. */
function refuseDeepJson(text: string): void {
  let depth = 0;
  let isString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > jsonDepthMax) throw new AppError("BAD_REQUEST", { message: "The JSON body is nested too deeply" });
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

/**
 * What holds for every request: a request id on every answer, the client's address, no doubled headers, JSON bodies
 * only, uncompressed and not too deep. Nothing of `/external/v1` is ever stored by a cache.
 */
export function registerRequestChecks(app: App, trustedProxies: readonly Cidr[]): void {
  app.decorateRequest("clientAddress", null);
  app.decorateRequest("authenticated", null);
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
    request.clientAddress = resolveClientAddress(
      request.raw.socket.remoteAddress,
      request.headers["x-forwarded-for"],
      trustedProxies,
    );
    refuseDuplicateHeaders(request);
    done();
  });

  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") return done(new AppError("UNSUPPORTED_MEDIA_TYPE"));
    const text = String(body);
    // A body is optional where its schema says so; "nothing" with a content type is still nothing.
    if (text === "") return done(null, undefined);
    try {
      refuseDeepJson(text);
    } catch (error) {
      return done(error as AppError);
    }
    return parseJson(request, text, done);
  });
}
