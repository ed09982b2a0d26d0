import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Cidr } from "../../domain/cidr.ts";
import { resolveClientAddress } from "../../domain/client-address.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";

/** Headers that decide something; of two, one would be ignored silently. Each has a bit of its own. */
const singleHeaders = new Map(
  ["authorization", "host", "x-api-key", "x-api-secret", "content-type", "idempotency-key"].map((name, index) => [
    name,
    1 << index,
  ]),
);

/** Deepest nesting of a JSON body; ours need 3. */
const jsonDepthMax = 16;

/** BAD_REQUEST when a header that decides something comes twice (S-33). */
export function refuseDuplicateHeaders({ rawHeaders }: IncomingMessage): void {
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const bit = singleHeaders.get(name);
    if (bit === undefined) continue;
    if ((seen & bit) !== 0) throw new AppError("BAD_REQUEST", { message: `The header ${name} was sent twice` });
    seen |= bit;
  }
}

/** BAD_REQUEST for HTTP/1.1 without Host (RFC 9112, section 3.2). */
export function refuseMissingHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion === "1.0") return;
  throw new AppError("BAD_REQUEST", { message: "The Host header is missing" });
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
  app.decorateRequest("limitedActor", null);
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
    request.clientAddress = resolveClientAddress(
      request.raw.socket.remoteAddress,
      request.headers["x-forwarded-for"],
      trustedProxies,
    );
    refuseDuplicateHeaders(request.raw);
    refuseMissingHost(request.raw);
    done();
  });

  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    // A body is optional where its schema says so; "nothing" with a content type is still nothing.
    if (body.length === 0) return done(null, undefined);
    try {
      refuseEncodings(request);
      const text = decodeUtf8(Buffer.from(body));
      refuseDeepJson(text);
      parseJson(request, text, (error, value) => {
        if (error === null) done(null, value);
        else
          done(new AppError("BAD_REQUEST", { message: isJson(text) ? prototypeNamed : "The body is not valid JSON" }));
      });
    } catch (error) {
      done(error as Error);
    }
  });
}

const prototypeNamed = "The JSON body names __proto__ or constructor.prototype";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** UNSUPPORTED_MEDIA_TYPE for compressed bodies and charsets other than UTF-8. */
function refuseEncodings({ headers }: FastifyRequest): void {
  const encoding = headers["content-encoding"] ?? "identity";
  const charset = /;\s*charset="?([^\s;"]*)/i.exec(headers["content-type"] ?? "")?.[1] ?? "utf-8";
  if (encoding.toLowerCase() !== "identity" || charset.toLowerCase() !== "utf-8") {
    throw new AppError("UNSUPPORTED_MEDIA_TYPE");
  }
}

/** The text, exactly; Node's own decoding puts U+FFFD in the place of what it cannot read. */
function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AppError("BAD_REQUEST", { message: "The body is not valid UTF-8" });
  }
}
