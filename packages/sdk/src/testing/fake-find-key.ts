import { FakeRefusal } from "./fake-refusal.ts";
import type { FakeActor, FakeRequest } from "./fake-request.ts";
import type { FakeKey } from "./fake-state.ts";

/** A key of the actor's company; one of another company does not exist. */
export function findKey({ state, params }: FakeRequest, actor: FakeActor): FakeKey {
  const key = state.keys.get(params["id"] ?? "");
  if (key === undefined || key.companyId !== actor.company.id) throw new FakeRefusal("NOT_FOUND");
  return key;
}

/** The same, unless it is revoked. */
export function findActiveKey(request: FakeRequest, actor: FakeActor): FakeKey {
  const key = findKey(request, actor);
  if (key.revokedOn !== null) throw new FakeRefusal("KEY_REVOKED");
  return key;
}
