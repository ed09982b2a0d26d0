import { randomUUID } from "node:crypto";
import { type Cases, keys, type OperationCalls, request, verify } from "./calls.ts";

/** Returns the cases of the operations on staged rotations. */
export function listRotationCases({
  admin,
  key,
  post,
  send,
  stage,
  refusedForOthers,
  notFound,
}: OperationCalls): Cases {
  return {
    listRotations: [
      {
        name: "of a key",
        status: 200,
        prepare: async () => request("GET", `${keys}/${key.id}/rotations`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${keys}/${key.id}/rotations`),
      ...notFound("GET", (id) => `${keys}/${id}/rotations`),
    ],
    finishRotation: [
      {
        name: "of a pending rotation",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_finished"],
        prepare: async () => post((await stage()).path("finish")),
      },
      {
        name: "repeated",
        status: 200,
        prepare: async () => {
          const { path } = await stage();
          await send(post(path("finish")), 200);
          return post(path("finish"));
        },
      },
      {
        name: "repeated with a shorter grace period",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.rotation_finished"],
        prepare: async () => {
          const { path } = await stage();
          await send(post(path("finish"), { graceSeconds: 600 }), 200);
          return post(path("finish"), { graceSeconds: 60 });
        },
      },
      {
        name: "with a lease that is not the current one",
        status: 409,
        prepare: async () => post((await stage()).path("finish"), { leaseExpiresOn: "2020-01-01T00:00:00.000Z" }),
      },
      {
        name: "while another rotation holds the lease",
        status: 409,
        prepare: async () => {
          const { id, path } = await stage();
          await send(post(`${keys}/${id}/rotate`, { mode: "staged", takeOver: true }), 200);
          return post(path("finish"));
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotations/${randomUUID()}/finish`),
      ...notFound("POST", (id) => `${keys}/${id}/rotations/${randomUUID()}/finish`),
    ],
    abortRotation: [
      {
        name: "of an unused rotation",
        status: 204,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_aborted"],
        prepare: async () => post((await stage()).path("abort")),
      },
      {
        name: "of a rotation whose secret was used",
        status: 409,
        prepare: async () => {
          const { pending, path } = await stage();
          await send(verify(pending), 200);
          return post(path("abort"));
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotations/${randomUUID()}/abort`),
      ...notFound("POST", (id) => `${keys}/${id}/rotations/${randomUUID()}/abort`),
    ],
    renewRotation: [
      {
        name: "of a pending rotation",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_renewed"],
        prepare: async () => post((await stage()).path("renew")),
      },
      {
        name: "of a rotation that lost its lease",
        status: 409,
        prepare: async () => {
          const { id, path } = await stage();
          await send(post(`${keys}/${id}/rotate`, { mode: "staged", takeOver: true }), 200);
          return post(path("renew"));
        },
      },
      {
        name: "of a finished rotation",
        status: 404,
        prepare: async () => {
          const { path } = await stage();
          await send(post(path("finish")), 200);
          return post(path("renew"));
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotations/${randomUUID()}/renew`),
      ...notFound("POST", (id) => `${keys}/${id}/rotations/${randomUUID()}/renew`),
    ],
  };
}
