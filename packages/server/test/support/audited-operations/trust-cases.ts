import { randomUUID } from "node:crypto";
import { beforeAll } from "vitest";
import { pollRequest, startApprovedDevice, startDevice } from "../device-sign-ins-in-browser.ts";
import { exchange } from "../pipelines.ts";
import { sampleClaims } from "../workload-claims.ts";
import { auth, type Cases, type OperationCalls, type Request, request } from "./calls.ts";

const trusts = `${auth}/trusts`;

/** Returns the cases of the operations on trusts, and of the tokens of runs. */
export function listTrustCases({
  server,
  issuers,
  admin,
  freeAdmin,
  key,
  post,
  send,
  refusedForOthers,
  refusedForStranger,
}: OperationCalls): Cases {
  let id = "";
  const trustInput = (): object => ({
    name: "Rotate",
    provider: "github",
    issuer: issuers.github.url,
    claims: sampleClaims.github.pinned,
    may: ["rotate"],
    keyIds: [key.id],
  });
  const newTrust = async (): Promise<string> => (await send(post(trusts, trustInput()), 201)).id;
  beforeAll(async () => {
    id = await newTrust();
  });
  const get = (path: string): Request => request("GET", path, { token: admin.token });
  const sign = (claims: object = {}): Promise<string> =>
    issuers.github.sign({ ...sampleClaims.github.claims, ...claims });
  const form = async (path: string, trustId: string, token: Promise<string>): Promise<Request> => ({
    method: "POST",
    path: `${auth}${path}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: await token,
      trust_id: trustId,
    }).toString(),
  });
  const trust = (verb = ""): string => `${trusts}/${id}${verb}`;

  return {
    createTrust: [
      {
        name: "of a workflow",
        status: 201,
        changes: ["trust_keys", "trusts"],
        events: ["trust.created"],
        prepare: async () => post(trusts, trustInput()),
      },
      {
        name: "without a required claim",
        status: 422,
        prepare: async () => post(trusts, { ...trustInput(), claims: { environment: "production" } }),
      },
      { name: "on a plan without keys", status: 403, prepare: async () => post(trusts, trustInput(), freeAdmin) },
      ...refusedForOthers("POST", () => trusts, { ...sampleTrust }),
    ],
    listTrusts: [
      { name: "of the company", status: 200, prepare: async () => get(trusts) },
      ...refusedForOthers("GET", () => trusts),
    ],
    getTrust: [
      { name: "of the company", status: 200, prepare: async () => get(trust()) },
      ...refusedForOthers("GET", () => trust()),
      refusedForStranger("GET", () => trust()),
    ],
    disableTrust: [
      {
        name: "with a token of a run",
        status: 200,
        changes: ["trusts"],
        events: ["trust.disabled"],
        prepare: async () => {
          const id = await newTrust();
          await exchange(server, id, await sign());
          return post(`${trusts}/${id}/disable`);
        },
      },
      {
        name: "repeated",
        status: 200,
        prepare: async () => {
          const id = await newTrust();
          await send(post(`${trusts}/${id}/disable`), 200);
          return post(`${trusts}/${id}/disable`);
        },
      },
      ...refusedForOthers("POST", () => trust("/disable")),
      refusedForStranger("POST", () => trust("/disable")),
    ],
    enableTrust: [
      {
        name: "that is disabled",
        status: 200,
        changes: ["trusts"],
        events: ["trust.enabled"],
        prepare: async () => {
          const id = await newTrust();
          await send(post(`${trusts}/${id}/disable`), 200);
          return post(`${trusts}/${id}/enable`);
        },
      },
      { name: "that is enabled", status: 200, prepare: async () => post(trust("/enable")) },
      ...refusedForOthers("POST", () => trust("/enable")),
      refusedForStranger("POST", () => trust("/enable")),
    ],
    removeTrust: [
      {
        name: "with a log and tokens",
        status: 204,
        changes: ["trust_keys", "trusts"],
        events: ["trust.removed"],
        prepare: async () => {
          const id = await newTrust();
          await exchange(server, id, await sign());
          return request("DELETE", `${trusts}/${id}`, { token: admin.token });
        },
      },
      ...refusedForOthers("DELETE", () => trust()),
      refusedForStranger("DELETE", () => trust()),
    ],
    listTrustEvents: [
      { name: "of a trust", status: 200, prepare: async () => get(trust("/log")) },
      ...refusedForOthers("GET", () => trust("/log")),
      refusedForStranger("GET", () => trust("/log")),
    ],
    testTrust: [
      {
        name: "with the claims of a token",
        status: 200,
        prepare: async () => post(trust("/test"), { claims: sampleClaims.github.claims }),
      },
      ...refusedForOthers("POST", () => trust("/test"), { claims: {} }),
      refusedForStranger("POST", () => trust("/test"), { claims: {} }),
    ],
    exchangeToken: [
      {
        name: "of an allowed run",
        status: 200,
        changes: ["trusts"],
        events: ["trust.run_allowed"],
        prepare: () => form("/token", id, sign()),
      },
      {
        name: "of another environment",
        status: 403,
        events: ["trust.run_refused"],
        prepare: () => form("/token", id, sign({ environment: "staging" })),
      },
      {
        name: "of another owner",
        status: 403,
        prepare: () => form("/token", id, sign({ repository_owner_id: "66" })),
      },
      { name: "with an unknown trust", status: 403, prepare: () => form("/token", randomUUID(), sign()) },
      { name: "that has expired", status: 401, prepare: () => form("/token", id, sign({ exp: 1 })) },
      {
        name: "of a device that waits",
        status: 400,
        prepare: async () => pollRequest((await startDevice(server)).device_code),
      },
      {
        name: "of an approved device",
        status: 200,
        changes: ["refresh_tokens", "sessions"],
        events: ["session.signed_in"],
        prepare: async () => pollRequest((await startApprovedDevice(server, admin)).device_code),
      },
      {
        name: "of a device that lost the response",
        status: 200,
        prepare: async () => {
          const poll = pollRequest((await startApprovedDevice(server, admin)).device_code);
          await send(poll, 200);
          return poll;
        },
      },
    ],
    explainToken: [
      { name: "of an allowed run", status: 200, prepare: () => form("/token/explain", id, sign()) },
      {
        name: "of another environment",
        status: 200,
        prepare: () => form("/token/explain", id, sign({ environment: "staging" })),
      },
      { name: "without a token", status: 422, prepare: () => form("/token/explain", id, Promise.resolve("")) },
    ],
  };
}

/** A valid trust, for callers who may not create one. */
const sampleTrust = {
  name: "Rotate",
  provider: "github",
  claims: sampleClaims.github.pinned,
  may: ["rotate"],
  keyIds: ["x"],
};
