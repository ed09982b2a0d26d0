import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { createPerson, goodPassword, signInPerson } from "../support/people.ts";
import { runInProcess } from "../support/run-in-process.ts";

const auth = "/external/v1/auth";

import { useOperator } from "../support/operator.ts";

describe("operator commands, next to two running nodes", () => {
  const { nodes, node, run, runJson, newestEvent } = useOperator();

  it("S-65 find an older company with a lookalike name by its exact name", async () => {
    const person = await createPerson(nodes.deps);
    const lookalike = { id: nodes.deps.newId(), name: `${person.companyName}\u200c`, plan: "BUSINESS" } as const;
    await nodes.deps.store.transact(({ users }) =>
      users.insertCompany({ ...lookalike, createdOn: nodes.deps.now().toISOString() }),
    );
    expect(await runJson("companies", "show", lookalike.name)).toMatchObject({ id: lookalike.id });
    expect(await runJson("companies", "show", person.companyName)).toMatchObject({ id: person.companyId });
    expect(await runJson("companies", "show", `${person.companyName}\u200d`)).toMatchObject({ id: person.companyId });
  });

  it("S-07 companies rename and set-plan take effect with the next request on every node", async () => {
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

  it("S-31 keys set-limit takes effect with the next request on every node, even from an empty bucket", async () => {
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

  it("S-65 admin create creates no company for a misspelled name, and treats lookalike names as equal", async () => {
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
    // On a terminal, the command asks about every unknown name.
    const person = ["--email", "asked@partner.example", "--first-name", "A", "--last-name", "L"];
    const ask = (company: string, ...answers: string[]) =>
      runInProcess(["admin", "create", ...person, "--company", company, "--json"], nodes.env, { answers });
    for (const response of ["", "n", "no", "yess"]) {
      const { code, stdout, stderr } = await ask("Something Else Ltd", response);
      expect([code, stdout, stderr], response).toEqual([1, "", expect.stringContaining("Create it? [y/N]")]);
    }
    expect((await ask("Caf\u00e9 Crop")).stderr).toContain("Nothing was created.");
    expect(JSON.parse((await ask("Something Else Ltd", "y")).stdout)).toMatchObject({ isNewCompany: true });
    const created = await create("Caf\u00e9 Crop", "--new-company", "--json");
    expect(JSON.parse(created.stdout)).toMatchObject({ isNewCompany: true, companyName: "Caf\u00e9 Crop" });
  });

  it("S-65 admin create refuses addresses that would become a different mailbox", async () => {
    for (const email of ["mi\u212ae@partner.example", "\uff4dike@partner.example", "mi\u200cke@partner.example"]) {
      const attempt = createPerson(nodes.deps, { email, password: goodPassword });
      await expect(attempt, email).rejects.toThrow("lookalike");
    }
    const person = await createPerson(nodes.deps, { email: "mike@partner.example" });
    for (const email of ["mi\u212ae@partner.example", "\u017fam@partner.example"]) {
      const response = await node(0).call("POST", `${auth}/signin`, { json: { email, password: person.password } });
      expectError(response, "SIGN_IN_FAILED");
    }
  });
});
