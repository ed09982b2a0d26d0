import { expect, it } from "vitest";
import { createTokenInput } from "../support/automation-tokens.ts";
import { usePipelines } from "../support/pipelines.ts";

const pipelines = usePipelines();

it("S-63 lists many automation tokens in short steps, and counts them without reading them", async () => {
  const { server, admin, key, call } = pipelines;
  const { store, turns, newId } = server.deps;
  const { body } = await call("POST", "/tokens", admin.token, createTokenInput([key.id]));
  const one = await store.automationTokens.find(admin.companyId, body.id);
  if (one === null) throw new Error("The token does not exist.");
  const ids = [body.id, ...Array.from({ length: 200 }, () => newId()).sort()];
  const createdOn = new Date(Date.parse(one.createdOn) + 1_000).toISOString();
  await store.transact(async ({ automationTokens }) => {
    const { secrets: _, ...rest } = one;
    for (const id of ids.slice(1)) await automationTokens.insert({ ...rest, id, createdOn, revokedOn: createdOn });
  });
  expect(await store.automationTokens.count(admin.companyId)).toEqual({ live: 1, all: 201 });

  const next = turns.next.bind(turns);
  let count = 0;
  turns.next = () => {
    count++;
    return next();
  };
  const list = await call("GET", "/tokens", admin.token).finally(() => {
    turns.next = next;
  });
  expect(list.body.map(({ id }: { readonly id: string }) => id)).toEqual(ids);
  expect(count).toBeGreaterThanOrEqual(5);
});
