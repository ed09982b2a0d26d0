import type { Grant } from "../../models/trust.ts";
import { computeCrc32 } from "../../secret/inspect-secret.ts";
import { FakeRefusal } from "../fake-refusal.ts";
import { type FakeAnswer, type FakeRequest, findGrant, requireActor } from "../fake-request.ts";
import { makeHex } from "../fake-secrets.ts";
import type { FakeGrant, FakeState } from "../fake-state.ts";

const ONLY_PIPELINES = "Only a pipeline with a trust or an automation token can make this call";

/** Adds a token with this grant and returns it. */
export function mintGrant(state: FakeState, prefix: "run" | "aut", grant: FakeGrant): string {
  const checked = `${prefix}_${makeHex(40)}`;
  const token = checked + computeCrc32(checked).toString(16).padStart(8, "0");
  state.grants.set(token, grant);
  return token;
}

/** GET /grant: what the token of a trust or an automation token may do. */
export function getGrant(request: FakeRequest): FakeAnswer {
  const found = findGrant(request);
  if (found === null) {
    requireActor(request);
    throw new FakeRefusal("FORBIDDEN", { message: ONLY_PIPELINES });
  }
  const { grant, owner, company } = found;
  const { id, name, may, keyIds } = owner;
  const { kind, expiresAtMs, run } = grant;
  const body: Grant = { kind, id, name, may, keyIds, expiresAt: new Date(expiresAtMs).toISOString(), company, run };
  return { status: 200, body };
}
