import { randomUUID } from "node:crypto";
import { beforeAll } from "vitest";
import { createTokenInput } from "../automation-tokens.ts";
import { auth, type Cases, type OperationCalls, type Request, request } from "./calls.ts";

const tokens = `${auth}/tokens`;

/** Returns the cases of the operations on automation tokens, and of what a token may do. */
export function listTokenCases({
  admin,
  freeAdmin,
  key,
  post,
  send,
  refusedForOthers,
  refusedForStranger,
}: OperationCalls): Cases {
  let id = "";
  const newToken = () => send(post(tokens, createTokenInput([key.id])), 201);
  beforeAll(async () => {
    ({ id } = await newToken());
  });
  const get = (path: string, token = admin.token): Request => request("GET", path, { token });
  const token = (verb = ""): string => `${tokens}/${id}${verb}`;

  return {
    getGrant: [
      {
        name: "of an automation token, which is its first use",
        status: 200,
        prepare: async () => get(`${auth}/grant`, (await newToken()).token),
      },
      {
        name: "of a new secret, which ends the old one",
        status: 200,
        changes: ["automation_token_secrets"],
        events: ["token.rotated"],
        prepare: async () => {
          const { id } = await newToken();
          return get(`${auth}/grant`, (await send(post(`${tokens}/${id}/rotate`), 200)).token);
        },
      },
      { name: "of a user", status: 403, prepare: async () => get(`${auth}/grant`) },
    ],
    createToken: [
      {
        name: "for a key",
        status: 201,
        changes: ["automation_token_keys", "automation_token_secrets", "automation_tokens"],
        events: ["token.created"],
        prepare: async () => post(tokens, createTokenInput([key.id])),
      },
      {
        name: "for an unknown key",
        status: 422,
        prepare: async () => ({
          ...post(tokens, createTokenInput([randomUUID()])),
          headers: { "idempotency-key": randomUUID() },
        }),
      },
      {
        name: "on a plan without keys",
        status: 403,
        prepare: async () => post(tokens, createTokenInput(["x"]), freeAdmin),
      },
      ...refusedForOthers("POST", () => tokens, createTokenInput(["x"])),
    ],
    listTokens: [
      { name: "of the company", status: 200, prepare: async () => get(tokens) },
      ...refusedForOthers("GET", () => tokens),
    ],
    getToken: [
      { name: "of the company", status: 200, prepare: async () => get(token()) },
      ...refusedForOthers("GET", () => token()),
      refusedForStranger("GET", () => token()),
    ],
    rotateToken: [
      {
        name: "to a new secret",
        status: 200,
        changes: ["automation_token_secrets"],
        events: ["token.rotated"],
        prepare: async () => post(`${tokens}/${(await newToken()).id}/rotate`),
      },
      {
        name: "that is revoked",
        status: 409,
        prepare: async () => {
          const { id } = await newToken();
          await send(post(`${tokens}/${id}/revoke`), 200);
          return post(`${tokens}/${id}/rotate`);
        },
      },
      ...refusedForOthers("POST", () => token("/rotate")),
      refusedForStranger("POST", () => token("/rotate")),
    ],
    revokeToken: [
      {
        name: "that works",
        status: 200,
        changes: ["automation_tokens"],
        events: ["token.revoked"],
        prepare: async () => post(`${tokens}/${(await newToken()).id}/revoke`),
      },
      {
        name: "repeated",
        status: 200,
        prepare: async () => {
          const { id } = await newToken();
          await send(post(`${tokens}/${id}/revoke`), 200);
          return post(`${tokens}/${id}/revoke`);
        },
      },
      ...refusedForOthers("POST", () => token("/revoke")),
      refusedForStranger("POST", () => token("/revoke")),
    ],
  };
}
