import type { FastifyReply, FastifyRequest } from "fastify";
import type { RepeatableCall, UserActor } from "../../domain/access.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";
import { requireCall, requireUserCall } from "./authenticate.ts";

const keyForm = /^[\x21-\x7e]{1,255}$/;
const quotedForm = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * Returns the Idempotency-Key of a request, or null. A key in quotes (IETF draft) equals the same key without quotes.
 * @throws {AppError} BAD_REQUEST for anything but 1 to 255 visible ASCII characters.
 */
function readIdempotencyKey(request: FastifyRequest): string | null {
  const text = request.headers["idempotency-key"];
  if (text === undefined) return null;
  const key = typeof text === "string" && text.startsWith('"') ? unquote(text) : text;
  if (typeof key !== "string" || !keyForm.test(key)) {
    throw new AppError("BAD_REQUEST", {
      message: "The Idempotency-Key must have 1 to 255 visible ASCII characters, optionally in double quotes",
    });
  }
  return key;
}

function unquote(text: string): string {
  return (quotedForm.exec(text)?.[1] ?? "").replaceAll(/\\(["\\])/g, "$1");
}

/** Returns the call of a request with its Idempotency-Key. Throws as `readIdempotencyKey` does. */
export function requireRepeatableCall(request: FastifyRequest): RepeatableCall {
  return { ...requireCall(request), idempotencyKey: readIdempotencyKey(request) };
}

/** Returns the same call for an operation that only users may call. */
export function requireRepeatableUserCall(request: FastifyRequest): RepeatableCall<UserActor> {
  return { ...requireUserCall(request), idempotencyKey: readIdempotencyKey(request) };
}

/** Returns the result of a call with an Idempotency-Key, and marks a replayed response. */
export function markReplay<Result>(
  reply: FastifyReply,
  { result, isReplay }: { readonly result: Result; readonly isReplay: boolean },
): Result {
  if (isReplay) reply.header("idempotency-replayed", "true");
  return result;
}

/** The header that announces support for Idempotency-Key. */
export const replayHeaders = { "x-briksync-idempotency-replay": "supported" } as const;

/** Announces support for Idempotency-Key on every response. Clients retry keyed calls only after they have seen it. */
export function announceReplay(app: App): void {
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(replayHeaders);
    done();
  });
}
