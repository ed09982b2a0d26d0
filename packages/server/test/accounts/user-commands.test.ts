import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createPerson, otherPassword, type Person, signInPerson } from "../support/people.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";
import { runInProcess } from "../support/run-in-process.ts";

const auth = "/external/v1/auth";

import { useOperator } from "../support/operator.ts";

describe("operator commands, next to two running nodes", () => {
  const { nodes, node, onAll, run, runJson, newestEvent, addSecondAdmin, refreshStatus } = useOperator();

  it("S-07 S-60 disable and enable: all sessions of the user end with the next request on every node", async () => {
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

  it("S-07 open sessions of a user whom an earlier version disabled end permanently", async () => {
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
  it.each(endings)("S-07 S-61 %s: ended sessions stay ended, and devices are unknown again", async (_name, end) => {
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

  it("S-61 run without a terminal, with results on stdout, errors on stderr, and exit codes", async () => {
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
});
