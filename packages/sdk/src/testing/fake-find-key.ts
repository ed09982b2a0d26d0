import { FakeRefusal } from "./fake-refusal.ts";
import type { FakeActor, FakeRequest } from "./fake-request.ts";
import type { FakeKey } from "./fake-state.ts";

/** Returns a key of the actor's company. Keys of other companies do not exist for the actor. */
export function findKey({ state, params }: FakeRequest, actor: FakeActor): FakeKey {
  const key = state.keys.get(params["id"] ?? "");
  if (key === undefined || key.companyId !== actor.company.id) throw new FakeRefusal("NOT_FOUND");
  return key;
}

/** Returns a key as `findKey` does, and refuses a revoked one. */
export function findActiveKey(request: FakeRequest, actor: FakeActor): FakeKey {
  const key = findKey(request, actor);
  if (key.revokedOn !== null) throw new FakeRefusal("KEY_REVOKED");
  return key;
}
