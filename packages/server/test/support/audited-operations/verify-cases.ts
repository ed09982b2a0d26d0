import { createSignedIn } from "../people.ts";
import { auth, type Cases, keys, type OperationCalls, type Request, request, verify } from "./calls.ts";

/** Returns the cases of verify. */
export function listVerifyCases({ server, admin, key, post, send, newKey, stage }: OperationCalls): Cases {
  /** Returns a verify call with a staged secret that an allowlist, an empty bucket or a plan refuses. */
  async function refusedPending(how: "address" | "rate" | "plan"): Promise<Request> {
    const owner = how === "plan" ? await createSignedIn(server) : admin;
    const staged = await stage(owner);
    if (how === "plan") await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "FREE"));
    if (how === "address") {
      await send(post(`${keys}/${staged.id}/ip-allowlist`, { cidr: "203.0.113.7" }), 201);
    }
    if (how === "rate") {
      await server.database.query("update api_keys set rate_per_minute = 1, rate_burst = 1 where id = ?", staged.id);
      await send(verify(staged.clientSecret), 200);
    }
    return verify(staged.pending);
  }
  return {
    verify: [
      { name: "with a current secret", status: 200, prepare: async () => verify((await newKey()).clientSecret) },
      {
        name: "with a pending secret, for the first time",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.secret_first_used"],
        prepare: async () => verify((await stage()).pending),
      },
      {
        name: "with a pending secret, for the first time, with a body",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.secret_first_used"],
        prepare: async () => ({ ...verify((await stage()).pending), method: "POST", body: "x" }),
      },
      {
        name: "with a pending secret, for the second time",
        status: 200,
        prepare: async () => {
          const { pending } = await stage();
          await send(verify(pending), 200);
          return verify(pending);
        },
      },
      {
        name: "with a pending secret and the client ID of another key",
        status: 401,
        prepare: async () => {
          const headers = { "x-api-key": key.clientId, "x-api-secret": (await stage()).pending };
          return request("GET", `${auth}/verify`, { headers });
        },
      },
      { name: "with a pending secret from another address", status: 401, prepare: () => refusedPending("address") },
      { name: "with a pending secret beyond the rate limit", status: 429, prepare: () => refusedPending("rate") },
      { name: "with a pending secret on a plan without keys", status: 403, prepare: () => refusedPending("plan") },
      {
        name: "with a pending secret, by another method, on a plan without keys",
        status: 403,
        prepare: async () => ({ ...(await refusedPending("plan")), method: "PUT" }),
      },
      { name: "without a credential", status: 401, prepare: async () => request("GET", `${auth}/verify`) },
      { name: "with a wrong secret", status: 401, prepare: async () => verify("sec_wrong") },
      {
        name: "with two credentials together",
        status: 400,
        prepare: async () => verify(key.clientSecret, { "x-api-key": key.clientId, "x-api-secret": key.clientSecret }),
      },
    ],
  };
}
