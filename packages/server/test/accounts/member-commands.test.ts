import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { removeMember, setRole } from "../../src/domain/accounts/manage-membership.ts";
import { disableUser } from "../../src/domain/accounts/manage-user.ts";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { expectError } from "../support/expect-error.ts";
import { createPerson, type Person, signInPerson } from "../support/people.ts";

const auth = "/external/v1/auth";

import { useOperator } from "../support/operator.ts";

describe("operator commands, next to two running nodes", () => {
  const { nodes, node, onAll, run, runJson, newestEvent, addSecondAdmin, refreshStatus } = useOperator();

  it("S-07 members remove ends the user's sessions in the company, but not in another one", async () => {
    const person = await createPerson(nodes.deps);
    await addSecondAdmin(person);
    const second = await createPerson(nodes.deps, { email: person.email });
    const here = await signInPerson(node(0), person);
    const credentials = { email: person.email, password: person.password, companyId: second.companyId };
    const there = (await node(0).call("POST", `${auth}/signin`, { json: credentials })).body;
    expect(await runJson("members", "remove", person.email, person.companyName)).toMatchObject({
      companyId: person.companyId,
      previousPrivilege: 1,
      privilege: null,
      endedSessions: 1,
    });
    expect(await onAll("/me", here.token)).toEqual([401, 401]);
    expect(await refreshStatus(here.refreshToken)).toEqual([401, 401]);
    expect(await onAll("/keys", there.accessToken)).toEqual([200, 200]);
    const fresh = await node(1).call("POST", `${auth}/signin`, {
      json: { email: person.email, password: person.password },
    });
    expect(fresh.body.activeCompany.id).toBe(second.companyId);
    expect(await newestEvent(person.companyId)).toMatchObject({
      action: "membership.removed",
      actor: "operator",
      details: { userId: person.userId, privilege: 1 },
    });

    // Without any company, the user can do nothing.
    expect((await run("members", "remove", person.email, second.companyName, "--force")).code).toBe(0);
    expect(await onAll("/me", there.accessToken)).toEqual([401, 401]);
    expectError(await node(0).call("POST", `${auth}/signin`, { json: credentials }), "SIGN_IN_FAILED");
    expect((await run("users", "disable", person.email)).code).toBe(0);
    expect(await newestEvent(second.companyId)).toMatchObject({ action: "user.disabled", actor: "operator" });
    expect((await run("members", "remove", person.email, second.companyName)).stderr).toContain("is not a member of");
  });

  it("S-07 members add and set-role take effect with the next request on every node", async () => {
    const person = await createPerson(nodes.deps);
    const other = await createPerson(nodes.deps);
    expect(await runJson("members", "add", person.email, other.companyName)).toMatchObject({
      privilege: 3,
      isChanged: true,
    });
    expect(await newestEvent(other.companyId)).toMatchObject({ action: "membership.added", actor: "operator" });
    const credentials = { email: person.email, password: person.password, companyId: other.companyId };
    const { accessToken } = (await node(0).call("POST", `${auth}/signin`, { json: credentials })).body;
    expect(await onAll("/keys", accessToken)).toEqual([403, 403]);
    expect((await run("members", "set-role", person.email, other.companyId, "admin")).code).toBe(0);
    expect(await onAll("/keys", accessToken)).toEqual([200, 200]);
    expect(await newestEvent(other.companyId)).toMatchObject({
      action: "membership.role_changed",
      details: { from: 3, to: 2 },
    });
    expect((await run("members", "set-role", person.email, other.companyId, "--role", "3")).code).toBe(0);
    expect(await onAll("/keys", accessToken)).toEqual([403, 403]);
    expect((await run("members", "add", person.email, other.companyName, "admin")).stderr).toContain(
      "members set-role",
    );
    expect((await run("members", "set-role", person.email, other.companyName)).code).toBe(2);
    expect((await run("members", "set-role", person.email, other.companyName, "boss")).code).toBe(2);
  });

  it("S-61 every command removes the last active Super Admin of a company only with --force", async () => {
    const person = await createPerson(nodes.deps);
    const { email, companyName } = person;
    // A disabled Super Admin and an Admin do not count.
    const disabled = await addSecondAdmin(person);
    await createPerson(nodes.deps, { company: companyName, privilege: 2 });
    expect((await run("users", "disable", disabled.email)).code).toBe(0);
    const again = [
      "admin",
      "create",
      "--email",
      email,
      "--first-name",
      "Ada",
      "--last-name",
      "L",
      "--company",
      companyName,
    ];
    for (const args of [
      ["users", "disable", email],
      ["members", "remove", email, companyName],
      ["members", "set-role", email, companyName, "admin"],
      [...again, "--privilege", "3"],
    ]) {
      const { code, stderr } = await run(...args);
      expect([code, stderr], args.join(" ")).toEqual([
        1,
        expect.stringContaining(`last active Super Admin of ${companyName}`),
      ]);
    }
    expect((await signInPerson(node(0), person)).token).toBeTruthy();
    expect((await run("members", "set-role", email, companyName, "member", "--force")).code).toBe(0);
    // The company has no active Super Admin left, so there is no last one to protect.
    expect((await run("users", "disable", email)).code).toBe(0);
  });

  type Removal = (own: Dependencies, person: Person) => Promise<unknown>;
  const disable: Removal = (own, { email }) => disableUser(own, email, false);
  const remove: Removal = (own, { email, companyId }) => removeMember(own, { user: email, company: companyId }, false);
  const lower: Removal = (own, { email, companyId }) => setRole(own, { user: email, company: companyId }, 2, false);
  const removals: [string, Removal, Removal][] = [
    ["two disable", disable, disable],
    ["disable and remove", disable, remove],
    ["remove and set-role", remove, lower],
    ["set-role and disable", lower, disable],
  ];
  it.each(removals)(
    "S-61 when two operators remove the last two Super Admins by %s, the second one is refused",
    async (_name, first, second) => {
      const one = await createPerson(nodes.deps);
      const other = await addSecondAdmin(one);
      let hasChecked = (): void => undefined;
      const checked = new Promise<void>((resolve) => {
        hasChecked = resolve;
      });
      /** Waits between its check and its change. */
      const transact: typeof nodes.deps.store.transact = (work) =>
        nodes.deps.store.transact((repositories) => {
          const listMembers: typeof repositories.companies.listMembers = async (companyId) => {
            const members = await repositories.companies.listMembers(companyId);
            hasChecked();
            await setTimeout(300);
            return members;
          };
          return work({ ...repositories, companies: { ...repositories.companies, listMembers } });
        });
      const slow = first({ ...nodes.deps, store: { ...nodes.deps.store, transact } }, one);
      await checked;
      await expect(second(nodes.deps, other)).rejects.toThrow("last active Super Admin");
      await slow;
    },
  );
});
