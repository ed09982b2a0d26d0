import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { removeMember, setRole } from "../src/domain/accounts/manage-membership.ts";
import { disableUser } from "../src/domain/accounts/manage-user.ts";
import type { Dependencies } from "../src/domain/dependencies.ts";
import { expectError } from "./support/expect-error.ts";
import { createTestKey, verifyStatus } from "./support/keys.ts";
import { createPerson, goodPassword, otherPassword, type Person, signInPerson } from "./support/people.ts";
import { type CommandResult, runCommand } from "./support/run-command.ts";
import { runInProcess } from "./support/run-in-process.ts";

const auth = "/external/v1/auth";

import { useOperator } from "./support/operator.ts";

describe("operator commands, beside two nodes that run", () => {
  const { nodes, node, onAll, run, runJson, newestEvent, addSecondAdmin, refreshStatus } = useOperator();

  it("S-65 an older company with a lookalike name is found by its exact name", async () => {
    const person = await createPerson(nodes.deps);
    const lookalike = { id: nodes.deps.newId(), name: `${person.companyName}\u200c`, plan: "BUSINESS" } as const;
    await nodes.deps.store.transact(({ users }) =>
      users.insertCompany({ ...lookalike, createdOn: nodes.deps.now().toISOString() }),
    );
    expect(await runJson("companies", "show", lookalike.name)).toMatchObject({ id: lookalike.id });
    expect(await runJson("companies", "show", person.companyName)).toMatchObject({ id: person.companyId });
    expect(await runJson("companies", "show", `${person.companyName}\u200d`)).toMatchObject({ id: person.companyId });
  });

  it("S-07 S-60 disable and enable: everything of the user ends with the next request of every node", async () => {
    const person = await createPerson(nodes.deps, { username: "ada.disabled" });
    const other = await addSecondAdmin(person);
    const { token, refreshToken } = await signInPerson(node(0), person);
    expect(await onAll("/keys", token)).toEqual([200, 200]);
    expect(await runJson("users", "disable", " ADA.disabled ")).toMatchObject({
      id: person.userId,
      isChanged: true,
      endedSessions: 1,
    });
    expect(await onAll("/me", token)).toEqual([401, 401]);
    expect(await refreshStatus(refreshToken)).toEqual([401, 401]);
    expect(await newestEvent(person.companyId)).toEqual({
      action: "user.disabled",
      actor: "operator",
      actorId: null,
      details: { userId: person.userId, email: person.email, endedSessions: 1 },
    });
    const credentials = { email: person.email, password: person.password };
    for (const client of nodes.clients)
      expectError(await client.call("POST", `${auth}/signin`, { json: credentials }), "SIGN_IN_FAILED");
    const admin = await signInPerson(node(1), other);
    const { body } = await node(0).call("GET", `${auth}/audit?action=user.disabled`, { token: admin.token });
    expect(body[0]).toMatchObject({ actorEmail: "operator", actorId: null });

    expect((await run("users", "disable", person.email)).stderr).toBe(`${person.email} is already disabled.\n`);
    expect((await run("users", "enable", person.userId)).stderr).toBe(`Enabled ${person.email}.\n`);
    expect(await onAll("/me", token)).toEqual([401, 401]);
    const again = await signInPerson(node(1), person);
    expect(await onAll("/me", again.token)).toEqual([200, 200]);
    expect((await newestEvent(person.companyId)).action).toBe("session.signed_in");
  });

  it("S-07 a disabled user of an earlier version, whose sessions were left open, loses them for good", async () => {
    const person = await createPerson(nodes.deps);
    await addSecondAdmin(person);
    const { token } = await signInPerson(node(0), person);
    await nodes.deps.store.transact(({ users }) => users.setDisabled(person.userId, nodes.deps.now().toISOString()));
    expect(await runJson("users", "disable", person.email)).toMatchObject({ isChanged: false, endedSessions: 1 });
    expect((await newestEvent(person.companyId)).action).toBe("user.sessions_ended");
    expect((await run("users", "enable", person.email)).code).toBe(0);
    expect(await onAll("/me", token)).toEqual([401, 401]);
  });

  const endings: [string, (person: Person) => Promise<CommandResult>][] = [
    [
      "disable and enable",
      async ({ email }) => {
        expect((await run("users", "disable", email)).code).toBe(0);
        return run("users", "enable", email);
      },
    ],
    ["end-sessions", ({ email }) => run("users", "end-sessions", email)],
    [
      "reset-password",
      ({ email, password }) =>
        runInProcess(["users", "reset-password", email, "--password-stdin"], nodes.env, { input: `${password}\n` }),
    ],
    [
      "members remove from the last company, and members add",
      async ({ email, companyId }) => {
        expect((await run("members", "remove", email, companyId)).code).toBe(0);
        return run("members", "add", email, companyId);
      },
    ],
  ];
  it.each(endings)("S-07 S-61 %s: what was open stays closed, and devices are strangers again", async (_name, end) => {
    const person = await createPerson(nodes.deps);
    await addSecondAdmin(person);
    const signIn = (deviceToken?: string) =>
      node(0).call("POST", `${auth}/signin`, {
        json: { email: person.email, password: person.password, ...(deviceToken !== undefined && { deviceToken }) },
      });
    const { accessToken, refreshToken, deviceToken } = (await signIn()).body;
    expect((await signIn(deviceToken)).body.deviceToken).toBe(deviceToken);
    expect((await end(person)).code).toBe(0);
    expect(await onAll("/me", accessToken)).toEqual([401, 401]);
    expect(await refreshStatus(refreshToken)).toEqual([401, 401]);
    const again = await signIn(deviceToken);
    expect(again.status).toBe(200);
    expect(again.body.deviceToken).not.toBe(deviceToken);
  });

  it("S-07 reset-password and end-sessions: sessions end, and the new password must be changed", async () => {
    const person = await createPerson(nodes.deps);
    const first = await signInPerson(node(0), person);
    expect(await runJson("users", "end-sessions", person.email)).toMatchObject({ endedSessions: 1 });
    expect(await onAll("/me", first.token)).toEqual([401, 401]);
    expect(await newestEvent(person.companyId)).toMatchObject({ action: "user.sessions_ended", actor: "operator" });

    const second = await signInPerson(node(1), person);
    const { code, stdout, stderr } = await run("users", "reset-password", person.email);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Password (shown only once):\n")]);
    expect(stdout).toMatch(/^([a-z2-9]{5}-){4}[a-z2-9]{5}\n$/);
    expect(await onAll("/me", second.token)).toEqual([401, 401]);
    expect(await refreshStatus(second.refreshToken)).toEqual([401, 401]);
    const old = { email: person.email, password: person.password };
    expectError(await node(0).call("POST", `${auth}/signin`, { json: old }), "SIGN_IN_FAILED");
    const third = await signInPerson(node(0), { ...person, password: stdout.trim() });
    expectError(await node(1).call("GET", `${auth}/keys`, { token: third.token }), "PASSWORD_CHANGE_REQUIRED");
    const filter = { action: "user.password_reset" };
    const [reset] = (await nodes.deps.store.audit.listStep(person.companyId, filter, { limit: 2 })).events;
    expect(reset).toMatchObject({ actorEmail: "operator" });
    expect(reset?.details).not.toContain(stdout.trim());

    const typed = await runInProcess(["users", "reset-password", person.email, "--password-stdin"], nodes.env, {
      input: `${otherPassword}\n`,
    });
    expect([typed.code, typed.stdout]).toEqual([0, ""]);
    await signInPerson(node(1), { ...person, password: otherPassword });
    const weak = await runInProcess(["users", "reset-password", person.email, "--password-stdin"], nodes.env, {
      input: "password1234567\n",
    });
    expect([weak.code, weak.stdout]).toEqual([1, ""]);
  });

  it("S-07 members remove: their sessions in the company end, and they keep working in another one", async () => {
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

    // From the last company, nothing is left.
    expect((await run("members", "remove", person.email, second.companyName, "--force")).code).toBe(0);
    expect(await onAll("/me", there.accessToken)).toEqual([401, 401]);
    expectError(await node(0).call("POST", `${auth}/signin`, { json: credentials }), "SIGN_IN_FAILED");
    expect((await run("users", "disable", person.email)).code).toBe(0);
    expect(await newestEvent(second.companyId)).toMatchObject({ action: "user.disabled", actor: "operator" });
    expect((await run("members", "remove", person.email, second.companyName)).stderr).toContain("is not a member of");
  });

  it("S-07 members add and set-role count with the next request of every node", async () => {
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
    // A disabled Super Admin and an Admin are no help.
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
    // Now nobody is left to be the last.
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
    "S-61 of two operators who remove the last two Super Admins, by %s, the second is refused",
    async (_name, first, second) => {
      const one = await createPerson(nodes.deps);
      const other = await addSecondAdmin(one);
      let hasChecked = (): void => undefined;
      const checked = new Promise<void>((resolve) => {
        hasChecked = resolve;
      });
      /** Takes its time between its check and its change. */
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

  it("S-07 companies rename and set-plan count with the next request of every node", async () => {
    const person = await createPerson(nodes.deps);
    const { token } = await signInPerson(node(0), person);
    const { clientSecret } = await createTestKey(node(0), token);
    const status = () => Promise.all(nodes.clients.map((client) => verifyStatus(client, clientSecret)));
    expect(await status()).toEqual([200, 200]);
    expect(await runJson("companies", "set-plan", person.companyName, "FREE")).toMatchObject({
      plan: "FREE",
      previousPlan: "BUSINESS",
      planFloor: "FREE",
    });
    expect(await status()).toEqual([403, 403]);
    expect(await newestEvent(person.companyId)).toMatchObject({
      action: "company.plan_set",
      actor: "operator",
      details: { from: "BUSINESS", to: "FREE", floor: "FREE" },
    });
    expect((await run("companies", "set-plan", person.companyName, "BUSINESS")).code).toBe(0);
    expect(await status()).toEqual([200, 200]);
    expect(await runJson("companies", "set-plan", person.companyName, "--clear")).toMatchObject({ planFloor: null });
    expect((await newestEvent(person.companyId)).action).toBe("company.plan_cleared");

    const name = `Zo\u00eb & Co ${person.companyId}`;
    expect(
      await runJson("companies", "rename", person.companyId, `Zoe\u0308\u00a0& Co  ${person.companyId}`),
    ).toMatchObject({ name });
    expect(await newestEvent(person.companyId)).toMatchObject({ action: "company.renamed", actor: "operator" });
    const { body } = await node(1).call("GET", `${auth}/me`, { token });
    expect(body.activeCompany.name).toBe(name);
    expect(await runJson("companies", "show", name)).toMatchObject({ id: person.companyId, planFloor: null });
    expect((await run("companies", "show", person.companyName)).code).toBe(1);
    const other = await createPerson(nodes.deps);
    expect((await run("companies", "rename", other.companyName, `Zoë  & Co ${person.companyId}`)).stderr).toContain(
      "Another company",
    );
    for (const args of [["PRO", "--clear"], [], ["GOLD"]]) {
      expect((await run("companies", "set-plan", name, ...args)).code, args.join(" ")).toBe(2);
    }
  });

  it("S-31 keys set-limit counts with the next request of every node, also when it is raised from an empty bucket", async () => {
    const person = await createPerson(nodes.deps);
    const { token } = await signInPerson(node(0), person);
    const { clientSecret, clientId } = await createTestKey(node(0), token);
    const limit = (perMinute: string, burst: string) =>
      run("keys", "set-limit", clientId, "--per-minute", perMinute, "--burst", burst);
    expect((await limit("1", "1")).code).toBe(0);
    expect(await newestEvent(person.companyId)).toMatchObject({
      action: "key.limit_set",
      actor: "operator",
      details: { perMinute: 1, burst: 1 },
    });
    for (const client of nodes.clients) await verifyStatus(client, clientSecret);
    for (const client of nodes.clients) expect(await verifyStatus(client, clientSecret)).toBe(429);
    expect((await limit("600", "120")).code).toBe(0);
    for (const client of nodes.clients) expect(await verifyStatus(client, clientSecret)).toBe(200);
    expect(await runJson("keys", "set-limit", clientId, "--default")).toMatchObject({
      perMinute: 600,
      burst: 120,
      isDefault: true,
    });
    expect((await limit("0", "10")).stderr).toContain("To stop a key, revoke it.");
    for (const args of [
      ["--per-minute", "10"],
      ["--burst", "1"],
      ["--default", "--burst", "1"],
      [],
      ["--per-minute", "x"],
    ]) {
      expect((await run("keys", "set-limit", clientId, ...args)).code, args.join(" ")).toBe(2);
    }
    const typo = `${clientId.slice(0, -1)}${clientId.endsWith("0") ? "1" : "0"}`;
    expect((await run("keys", "set-limit", typo, "--default")).stderr).toContain(`\n  ${clientId}\n`);
  });

  it("S-31 a limit below 1 in the database counts as 1", async () => {
    const { token } = await signInPerson(node(0), await createPerson(nodes.deps));
    for (const [perMinute, burst] of [
      [0, 0],
      [0, null],
      [null, 0],
      [-5, -5],
    ] as const) {
      const { clientSecret, id } = await createTestKey(node(0), token);
      await nodes.database.query(
        "update api_keys set rate_per_minute = ?, rate_burst = ? where id = ?",
        perMinute,
        burst,
        id,
      );
      const first = await verifyStatus(node(0), clientSecret);
      expect([first, [200, 429].includes(await verifyStatus(node(0), clientSecret))]).toEqual([200, true]);
    }
  });

  it("S-61 names that match nothing are errors with the nearest names, and change nothing", async () => {
    const person = await createPerson(nodes.deps, { email: "nearest.name@partner.example", username: "nearest" });
    const company = await createPerson(nodes.deps, { company: "Nearest Names Ltd" });
    for (const [args, expected] of [
      [["users", "show", "nearest.nam@partner.example"], "\n  nearest.name@partner.example\n"],
      [["users", "disable", "neerest"], "\n  nearest\n"],
      [["members", "add", "nearest", "Nearest Name Ltd"], "\n  Nearest Names Ltd\n"],
      [["companies", "rename", "nearest names ltd", "X"], "\n  Nearest Names Ltd\n"],
      [["companies", "set-plan", "Nearest Namse Ltd", "FREE"], "\n  Nearest Names Ltd\n"],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout, stderr], args.join(" ")).toEqual([1, "", expect.stringContaining(expected)]);
    }
    expect(await runJson("users", "show", "nearest")).toMatchObject({ id: person.userId, disabledOn: null });
    const { stdout } = await run("users", "list");
    expect(stdout).toMatch(/^EMAIL +USERNAME +STATUS +COMPANIES\n/);
    expect(stdout).toContain(person.email);
    const companies = (await runJson("companies", "list")) as unknown as { name: string; plan: string }[];
    expect(companies.find(({ name }) => name === company.companyName)).toMatchObject({ plan: "BUSINESS", members: 1 });
  });

  it("S-61 as processes without a terminal: results on stdout, errors on stderr, and exit codes", async () => {
    const person = await createPerson(nodes.deps);
    await addSecondAdmin(person);
    const { token } = await signInPerson(node(0), person);
    const listed = await runCommand(["users", "list", "--json"], nodes.env);
    const disabled = await runCommand(["users", "disable", person.email, "--json"], nodes.env);
    const typo = await runCommand(["users", "disable", `${person.email}x`], nodes.env);
    const unknown = await runCommand(["srve"], nodes.env);
    expect([listed.code, listed.stderr]).toEqual([0, ""]);
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ email: person.email }));
    expect([disabled.code, JSON.parse(disabled.stdout).isChanged]).toEqual([0, true]);
    expect(await onAll("/me", token)).toEqual([401, 401]);
    expect([typo.code, typo.stdout, typo.stderr]).toEqual([1, "", expect.stringContaining(`\n  ${person.email}\n`)]);
    expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toBe(
      "error: unknown command 'srve'\n(Did you mean serve?)\n(Run the command with --help for usage.)\n",
    );
  });

  it("S-65 admin create does not create a company by typing mistake, and treats names that look the same as equal", async () => {
    const known = await createPerson(nodes.deps, { company: "Caf\u00e9 Corp" });
    const create = (company: string, ...more: string[]) =>
      run(
        "admin",
        "create",
        "--email",
        "typo@partner.example",
        "--first-name",
        "A",
        "--last-name",
        "L",
        "--company",
        company,
        ...more,
      );
    for (const typo of ["Caf\u00e9 Crop", "Cafe Corp", "caf\u00e9 corp", "Caf\u00e9 Corpp"]) {
      const { code, stdout, stderr } = await create(typo);
      expect([code, stdout], typo).toEqual([1, ""]);
      expect(stderr).toContain("\n  Caf\u00e9 Corp\n");
      expect(stderr).toContain("--new-company");
    }
    expect(await nodes.deps.store.users.findByLogin("typo@partner.example")).toBeNull();
    for (const same of ["Cafe\u0301 Corp", "Caf\u00e9\u00a0Corp", "Caf\u00e9  Corp "]) {
      const { code, stdout } = await create(same, "--json");
      expect([code, JSON.parse(stdout).companyId], same).toEqual([0, known.companyId]);
    }
    // At a terminal, every unknown name is asked about.
    const person = ["--email", "asked@partner.example", "--first-name", "A", "--last-name", "L"];
    const ask = (company: string, ...answers: string[]) =>
      runInProcess(["admin", "create", ...person, "--company", company, "--json"], nodes.env, { answers });
    for (const answer of ["", "n", "no", "yess"]) {
      const { code, stdout, stderr } = await ask("Something Else Ltd", answer);
      expect([code, stdout, stderr], answer).toEqual([1, "", expect.stringContaining("Create it? [y/N]")]);
    }
    expect((await ask("Caf\u00e9 Crop")).stderr).toContain("Nothing was created.");
    expect(JSON.parse((await ask("Something Else Ltd", "y")).stdout)).toMatchObject({ isNewCompany: true });
    const created = await create("Caf\u00e9 Crop", "--new-company", "--json");
    expect(JSON.parse(created.stdout)).toMatchObject({ isNewCompany: true, companyName: "Caf\u00e9 Crop" });
  });

  it("S-65 admin create refuses addresses that would become another mailbox", async () => {
    for (const email of ["mi\u212ae@partner.example", "\uff4dike@partner.example", "mi\u200cke@partner.example"]) {
      const attempt = createPerson(nodes.deps, { email, password: goodPassword });
      await expect(attempt, email).rejects.toThrow("lookalike");
    }
    const person = await createPerson(nodes.deps, { email: "mike@partner.example" });
    for (const email of ["mi\u212ae@partner.example", "\u017fam@partner.example"]) {
      const answer = await node(0).call("POST", `${auth}/signin`, { json: { email, password: person.password } });
      expectError(answer, "SIGN_IN_FAILED");
    }
  });
});
