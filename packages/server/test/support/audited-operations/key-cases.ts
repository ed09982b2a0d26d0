import { randomUUID } from "node:crypto";
import { auth, type Cases, keys, type OperationCalls, request } from "./calls.ts";

/** Returns the cases of the operations on keys, their allowlists and the audit trail. */
export function listKeyCases({
  admin,
  freeAdmin,
  key,
  post,
  send,
  newKey,
  stage,
  refusedForOthers,
  notFound,
}: OperationCalls): Cases {
  return {
    listKeys: [
      { name: "of the company", status: 200, prepare: async () => request("GET", keys, { token: admin.token }) },
      ...refusedForOthers("GET", () => keys),
    ],
    createKey: [
      {
        name: "with an allowlist",
        status: 201,
        changes: ["api_keys", "ip_allowlist", "key_secrets"],
        events: ["key.created"],
        prepare: async () => post(keys, { name: "New", ipAllowlist: ["203.0.113.7"] }),
      },
      {
        name: "repeated with the same Idempotency-Key",
        status: 201,
        prepare: async () => {
          const call = { ...post(keys, { name: "Once" }), headers: { "idempotency-key": randomUUID() } };
          await send(call, 201);
          return call;
        },
      },
      { name: "on a plan without keys", status: 403, prepare: async () => post(keys, { name: "New" }, freeAdmin) },
      {
        name: "with an address that is none",
        status: 422,
        prepare: async () => ({
          ...post(keys, { name: "New", ipAllowlist: ["x"] }),
          headers: { "idempotency-key": randomUUID() },
        }),
      },
      ...refusedForOthers("POST", () => keys, { name: "New" }),
    ],
    getKey: [
      {
        name: "of the company",
        status: 200,
        prepare: async () => request("GET", `${keys}/${key.id}`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${keys}/${key.id}`),
      ...notFound("GET", (id) => `${keys}/${id}`),
    ],
    renameKey: [
      {
        name: "to another name",
        status: 200,
        changes: ["api_keys"],
        events: ["key.renamed"],
        prepare: async () => ({ ...post(`${keys}/${(await newKey()).id}`, { name: "Other" }), method: "PATCH" }),
      },
      {
        name: "to an empty name",
        status: 422,
        prepare: async () => ({ ...post(`${keys}/${key.id}`, { name: " " }), method: "PATCH" }),
      },
      ...refusedForOthers("PATCH", () => `${keys}/${key.id}`, { name: "Other" }),
      ...notFound("PATCH", (id) => `${keys}/${id}`, { name: "Other" }),
    ],
    rotateKey: [
      {
        name: "immediately",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotated"],
        prepare: async () => post(`${keys}/${(await newKey()).id}/rotate`),
      },
      {
        name: "staged",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_started"],
        prepare: async () => post(`${keys}/${(await newKey()).id}/rotate`, { mode: "staged" }),
      },
      {
        name: "staged while another rotation holds the lease",
        status: 409,
        prepare: async () => post(`${keys}/${(await stage()).id}/rotate`, { mode: "staged" }),
      },
      {
        name: "of a revoked key, with an Idempotency-Key",
        status: 409,
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/revoke`), 200);
          return { ...post(`${keys}/${id}/rotate`), headers: { "idempotency-key": randomUUID() } };
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotate`),
      ...notFound("POST", (id) => `${keys}/${id}/rotate`),
    ],
    revokeKey: [
      {
        name: "of an active key",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.revoked"],
        prepare: async () => post(`${keys}/${(await stage()).id}/revoke`),
      },
      {
        name: "of a revoked key",
        status: 200,
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/revoke`), 200);
          return post(`${keys}/${id}/revoke`);
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/revoke`),
      ...notFound("POST", (id) => `${keys}/${id}/revoke`),
    ],
    listAllowedIps: [
      {
        name: "of a key",
        status: 200,
        prepare: async () => request("GET", `${keys}/${key.id}/ip-allowlist`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${keys}/${key.id}/ip-allowlist`),
      ...notFound("GET", (id) => `${keys}/${id}/ip-allowlist`),
    ],
    allowIp: [
      {
        name: "with a new range",
        status: 201,
        changes: ["ip_allowlist"],
        events: ["key.ip_allowed"],
        prepare: async () => post(`${keys}/${(await newKey()).id}/ip-allowlist`, { cidr: "203.0.113.0/24" }),
      },
      {
        name: "with a new note for a range",
        status: 200,
        changes: ["ip_allowlist"],
        events: ["key.ip_allowed"],
        prepare: async () => post(`${keys}/${key.id}/ip-allowlist`, { cidr: "127.0.0.1", note: randomUUID() }),
      },
      {
        name: "with a range that is there",
        status: 200,
        prepare: async () => post(`${keys}/${key.id}/ip-allowlist`, { cidr: "127.0.0.1" }),
      },
      {
        name: "with an end in the past",
        status: 422,
        prepare: async () =>
          post(`${keys}/${key.id}/ip-allowlist`, { cidr: "203.0.113.9", expiresAt: "2020-01-01T00:00:00Z" }),
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/ip-allowlist`, { cidr: "203.0.113.9" }),
      ...notFound("POST", (id) => `${keys}/${id}/ip-allowlist`, { cidr: "203.0.113.9" }),
    ],
    disallowIp: [
      {
        name: "with an entry",
        status: 204,
        changes: ["ip_allowlist"],
        events: ["key.ip_disallowed"],
        prepare: async () => {
          const path = `${keys}/${(await newKey()).id}/ip-allowlist`;
          const { id } = await send(post(path, { cidr: "203.0.113.9" }), 201);
          return request("DELETE", `${path}/${id}`, { token: admin.token });
        },
      },
      {
        name: "with an entry of another key",
        status: 404,
        prepare: async () => {
          const [entry] = await send(request("GET", `${keys}/${key.id}/ip-allowlist`, { token: admin.token }), 200);
          return request("DELETE", `${keys}/${(await newKey()).id}/ip-allowlist/${entry.id}`, { token: admin.token });
        },
      },
      ...refusedForOthers("DELETE", () => `${keys}/${key.id}/ip-allowlist/${randomUUID()}`),
      ...notFound("DELETE", (id) => `${keys}/${id}/ip-allowlist/${randomUUID()}`),
    ],
    listAuditEvents: [
      {
        name: "of the company",
        status: 200,
        prepare: async () => request("GET", `${auth}/audit`, { token: admin.token }),
      },
      {
        name: "with a cursor that is none",
        status: 422,
        prepare: async () => request("GET", `${auth}/audit?cursor=x`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${auth}/audit`),
    ],
  };
}
