import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Cidr } from "../../domain/network/cidr.ts";
import { resolveClientAddress } from "../../domain/network/client-address.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";

/** Headers that decide something; of two, one would be ignored silently. Each has a bit of its own. */
const singleHeaders = new Map(
  ["authorization", "host", "x-api-key", "x-api-secret", "content-type", "idempotency-key"].map((name, index) => [
    name,
    1 << index,
  ]),
);

/** The part of a content type that says what it is (RFC 9110, section 8.3.1); an empty header names nothing. */
const mediaType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

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
    // The framework refuses such a header before it has looked for a body.
    const type = request.headers["content-type"];
    if (type !== undefined && !mediaType.test(type)) delete request.raw.headers["content-type"];
    done();
  });

  app.removeAllContentTypeParsers();
  acceptEmptyBodies(app);
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    // A body is optional where its schema says so; no bytes with a content type are still no body.
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
 * Takes a request without body bytes for one without a body, whatever its framing and content type say: tunnels and HTTP
 * libraries add both (S-64). A body of any other type is refused with its first byte.
 */
export function acceptEmptyBodies(app: App): void {
  app.addContentTypeParser("*", (request, payload, done) => {
    if (Number(request.headers["content-length"] ?? 0) > 0) return done(new AppError("UNSUPPORTED_MEDIA_TYPE"));
    const settle = (error: Error | null): void => {
      payload.off("data", refuse).off("end", accept).off("error", settle);
      done(error, undefined);
    };
    const refuse = (): void => {
      payload.pause();
      settle(new AppError("UNSUPPORTED_MEDIA_TYPE"));
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

/** UNSUPPORTED_MEDIA_TYPE for compressed bodies and charsets other than UTF-8. */
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

/** Whether a charset is one of the names of UTF-8, such as `utf8` (Encoding, section 4.2). */
function isUtf8Label(label: string): boolean {
  try {
    return new TextDecoder(label).encoding === "utf-8";
  } catch {
    return false;
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
