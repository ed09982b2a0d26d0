import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Cidr } from "../../domain/network/cidr.ts";
import { resolveClientAddress } from "../../domain/network/client-address.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";

/** Headers that must not occur twice, because one of them would be ignored. Each has its own bit. */
const singleHeaders = new Map(
  ["authorization", "host", "x-api-key", "x-api-secret", "content-type", "idempotency-key"].map((name, index) => [
    name,
    1 << index,
  ]),
);

/** The media type of a content type (RFC 9110, section 8.3.1). An empty header has none. */
const mediaType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/** Maximum nesting of a JSON body. Requests need 3. */
const jsonDepthMax = 16;

/** Throws BAD_REQUEST if such a header occurs twice (S-33). */
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

/** Throws BAD_REQUEST for HTTP/1.1 without Host (RFC 9112, section 3.2). */
export function refuseMissingHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion === "1.0") return;
  throw new AppError("BAD_REQUEST", { message: "The Host header is missing" });
}

/** Throws BAD_REQUEST for JSON that is nested too deeply, before it is parsed. */
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
 * Registers the checks of every request: request ID, client address, no duplicate headers, and only uncompressed JSON
 * bodies without deep nesting. Responses of `/external/v1` are never cached.
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
    // Fastify refuses such a header before it looks for a body.
    const type = request.headers["content-type"];
    if (type !== undefined && !mediaType.test(type)) delete request.raw.headers["content-type"];
    done();
  });

  app.removeAllContentTypeParsers();
  acceptEmptyBodies(app);
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    // A body is optional if its schema allows it. A content type without bytes is not a body.
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

/**
 * Treats a request without body bytes as a request without a body, whatever its framing and content type. Tunnels and
 * HTTP libraries add both (S-64). Refuses a body of any other type at its first byte, by default because it is not JSON.
 */
export function acceptEmptyBodies(
  app: App,
  refuseType: () => AppError = () => new AppError("UNSUPPORTED_MEDIA_TYPE"),
): void {
  app.addContentTypeParser("*", (request, payload, done) => {
    if (Number(request.headers["content-length"] ?? 0) > 0) return done(refuseType());
    const settle = (error: Error | null): void => {
      payload.off("data", refuse).off("end", accept).off("error", settle);
      done(error, undefined);
    };
    const refuse = (): void => {
      payload.pause();
      settle(refuseType());
    };
    const accept = (): void => settle(null);
    payload.on("data", refuse).on("end", accept).on("error", settle);
  });
}

const prototypeNamed = "The JSON body must not contain __proto__ or constructor.prototype";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Throws UNSUPPORTED_MEDIA_TYPE for compressed bodies and charsets other than UTF-8. */
function refuseEncodings({ headers }: FastifyRequest): void {
  const encoding = headers["content-encoding"] ?? "identity";
  const charsets = [...(headers["content-type"] ?? "").matchAll(/;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/gi)];
  if (
    encoding.toLowerCase() !== "identity" ||
    !charsets.every(([, quoted, plain]) => isUtf8Label(quoted ?? plain ?? ""))
  ) {
    throw new AppError("UNSUPPORTED_MEDIA_TYPE");
  }
}

/** Returns whether a charset is a name of UTF-8, such as `utf8` (Encoding, section 4.2). */
function isUtf8Label(label: string): boolean {
  try {
    return new TextDecoder(label).encoding === "utf-8";
  } catch {
    return false;
  }
}

/** Decodes UTF-8 strictly. Node's own decoding replaces invalid bytes with U+FFFD. */
function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AppError("BAD_REQUEST", { message: "The body is not valid UTF-8" });
  }
}
