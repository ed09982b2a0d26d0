import { beforeAll, describe, expect, it } from "vitest";
import { renderText } from "../../../../tools/screen.ts";
import { createAdmin, type PrintedKey } from "../support/admin.ts";
import { useAdmin, useTerminal } from "../support/lifetimes.ts";
import { useListedKeys } from "../support/listed-keys.ts";

const manyKeys = 2345;
const { server, admin: few, changeDatabase } = useListedKeys();
const many = useAdmin(server, { company: "Many Keys Ltd" });

beforeAll(() =>
  changeDatabase((database) => {
    const { company_id } = database
      .prepare("select company_id from memberships m join users u on u.id = m.user_id where u.email = ?")
      .get(many.email) as { company_id: string };
    const insert = database.prepare(
      "insert into api_keys (id, company_id, name, client_id, status, created_on) values (?, ?, ?, ?, 'active', ?)",
    );
    database.transaction(() => {
      for (let index = 0; index < manyKeys; index += 1) {
        const hex = index.toString(16).padStart(12, "0");
        const createdOn = new Date(Date.UTC(2026, 0, 1) + index).toISOString();
        insert.run(`00000000-0000-4000-8000-${hex}`, company_id, `Key ${index}`, `api_${hex}${hex}`, createdOn);
      }
    })();
  }),
);

async function showTable(args: readonly string[], columns: number): Promise<string[]> {
  const session = useTerminal(["keys", "list", ...args], { env: few.env, columns });
  expect((await session.waitForExit()).exitCode).toBe(0);
  // With a slow server, the CLI first shows a spinner and erases it.
  return (await renderText(session.screen, columns)).trimEnd().split("\n");
}

async function listNames(...args: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await few.run(["keys", "list", "-o", "json", ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout).map((key: PrintedKey) => key.name);
}

describe("keys list", () => {
  it("C-05 -o json prints the server's list of active keys, always byte for byte the same", async () => {
    const [first, second] = [await few.run(["keys", "list", "-o", "json"]), await few.run(["keys", "list", "--json"])];
    expect(first.stdout).toBe(`${JSON.stringify(await few.fetchJson("/keys?status=active"), null, 2)}\n`);
    expect(second.stdout).toBe(first.stdout);
  });

  it("C-05 prints a header and exact times with -o csv, and never changes the columns", async () => {
    const { stdout } = await few.run(["keys", "list", "-o", "csv", "--status", "all"]);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("name,clientId,status,lastUsedAt,lastUsedIp,ipAllowlist,createdOn,rotatedOn,revokedOn,id");
    const [key = {}] = await few.fetchJson<object[]>("/keys");
    const fields = Object.keys(key).filter((field) => field !== "rotation");
    expect(lines[0]?.split(",").sort()).toEqual(fields.sort());
    expect(lines).toHaveLength(7);
    expect(lines.find((line) => line.startsWith("Restricted,"))).toMatch(
      /^Restricted,api_[0-9a-f]{24},active,,,\S+ \S+,\d{4}-[^,]*Z,,,[0-9a-f-]{36}$/,
    );
    const active = await few.run(["keys", "list", "-o", "csv"]);
    expect(active.stdout.split("\n")[0]).toBe(lines[0]);
  });

  it("prints one ID per line with -o ids", async () => {
    const ids = (await few.fetchJson<PrintedKey[]>("/keys?status=active")).map((key) => `${key.id}\n`).join("");
    expect((await few.run(["keys", "list", "-o", "ids"])).stdout).toBe(ids);
  });

  it("lists active keys, revoked keys, or all", async () => {
    expect(await listNames()).not.toContain("Gone");
    expect(await listNames("--status", "revoked")).toEqual(["Gone"]);
    expect(await listNames("--status", "all")).toHaveLength(5);
  });

  it("follows every page", async () => {
    const { stdout } = await many.run(["keys", "list", "-o", "json"], { timeoutMs: 40_000 });
    const names = JSON.parse(stdout).map((key: PrintedKey) => key.name);
    expect(names).toHaveLength(manyKeys);
    expect(new Set(names).size).toBe(manyKeys);
    const table = await many.run(["keys", "list"], { timeoutMs: 40_000 });
    expect(table.stdout.trimEnd().split("\n")).toHaveLength(manyKeys + 1);
  });

  it("finds a key by name on the last page", async () => {
    const { stdout } = await many.run(["keys", "show", `Key ${manyKeys - 1}`, "-o", "ids"], { timeoutMs: 40_000 });
    expect(stdout).toBe(`00000000-0000-4000-8000-${(manyKeys - 1).toString(16).padStart(12, "0")}\n`);
  });
});

describe("keys list with filters", () => {
  it("lists unused, old and unrestricted keys, and combines the filters", async () => {
    expect(await listNames("--unused-for", "90d")).toEqual(["Rotated"]);
    expect(await listNames("--older-than", "52w")).toEqual(["Used today"]);
    expect(await listNames("--unrestricted")).toEqual(["Rotated", "Used today", "Idle"].sort(byAge));
    expect(await listNames("--unused-for", "1s", "--unrestricted", "--older-than", "30d")).toEqual(["Used today"]);
  });

  it("exits with 10 if it lists a key with --exit-code, else with 0, and still prints the list", async () => {
    const found = await few.run(["keys", "list", "--unused-for", "90d", "--exit-code", "-o", "json"]);
    expect(found).toMatchObject({ exitCode: 10, stderr: "" });
    expect(JSON.parse(found.stdout)).toHaveLength(1);
    const nothing = await few.run(["keys", "list", "--unused-for", "99w", "--exit-code"]);
    expect(nothing).toMatchObject({ exitCode: 0, stdout: "", stderr: "None of the 4 active keys match.\n" });
    expect((await few.run(["keys", "list", "--exit-code", "-o", "json", "--unused-for", "99w"])).stdout).toBe("[]\n");
  });

  it("refuses an invalid duration and shows the correct form", async () => {
    for (const text of ["90", "soon", "-1d"]) {
      const { exitCode, stderr } = await few.run(["keys", "list", `--unused-for=${text}`]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain("such as 30m, 2h or 90d");
    }
  });
});

describe("keys list with options for its output", () => {
  it("searches names, IDs and addresses, and sorts, also in reverse", async () => {
    expect(await listNames("--search", "used TODAY")).toEqual(["Used today"]);
    expect(await listNames("--search", "203.0.113")).toEqual(["Restricted"]);
    expect(await listNames("--search", "no such key")).toEqual([]);
    expect(await listNames("--sort", "name")).toEqual(["Idle", "Restricted", "Rotated", "Used today"]);
    expect(await listNames("--sort", "name:desc", "--limit", "2")).toEqual(["Used today", "Rotated"]);
    // Keys that were never used come first.
    expect((await listNames("--sort", "lastUsedAt")).slice(2)).toEqual(["Rotated", "Used today"]);
  });

  it("C-05 prints only the chosen fields, in their order, in every format", async () => {
    const ask = async (format: string): Promise<string> => {
      const { stdout } = await few.run(
        ["keys", "list", "--search", "Idle", "--fields", "rotatedOn,NAME", "-o", format],
        {},
      );
      return stdout;
    };
    expect(JSON.parse(await ask("json"))).toEqual([{ rotatedOn: null, name: "Idle" }]);
    expect(await ask("csv")).toBe("rotatedOn,name\n,Idle\n");
    expect(await ask("ids")).toBe("\tIdle\n");
    expect(await ask("table")).toBe("ROTATED  NAME\n         Idle\n");
  });

  it("refuses an unknown field with a list of all fields, before it calls the server", async () => {
    const header = (await few.run(["keys", "list", "-o", "csv", "--limit", "1"])).stdout.split("\n")[0] ?? "";
    const fields = header.replaceAll(",", ", ");
    for (const [option, value] of [
      ["--fields", "name,clientid,nmae"],
      ["--sort", "nmae:desc"],
    ] as const) {
      const { exitCode, stdout, stderr } = await few.run(["keys", "list", option, value], {
        env: { BRIKSYNC_TOKEN: undefined },
      });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toBe(
        `error: ${option} names an unknown field: "nmae".\nhint: Did you mean name? The fields are: ${fields}.\n`,
      );
    }
    const upwards = await few.run(["keys", "list", "--sort", "name:up"]);
    expect(upwards).toMatchObject({ exitCode: 2, stdout: "" });
    expect(upwards.stderr).toContain("name:desc");
    expect((await few.run(["keys", "list", "--help"])).stdout.replace(/\s+/g, " ")).toContain(`Fields: ${fields}.`);
  });

  it("ends a table at a terminal with the number of keys, and a table in a pipe with the last key", async () => {
    expect((await showTable(["--limit", "3"], 100)).at(-1)).toBe("The first 3 keys");
    expect((await showTable(["--limit", "3", "--sort", "name"], 100)).at(-1)).toBe("3 of 4 keys");
    expect((await showTable(["--search", "Idle"], 100)).at(-1)).toBe("1 key");
    expect((await showTable(["--search", "Idle", "--quiet"], 100)).at(-1)).toMatch(/^Idle /);
    const { stdout, stderr } = await few.run(["keys", "list", "--sort", "name"]);
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^Used today /);
  });

  it("reads no more pages than --limit needs", async () => {
    const { stdout, stderr } = await many.run(["keys", "list", "--limit", "3", "-o", "ids", "--debug"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(stderr.match(/→ GET [^ ]*\/keys/g)).toHaveLength(1);
  });
});

function byAge(a: string, b: string): number {
  const order = ["Used today", "Rotated", "Idle"];
  return order.indexOf(a) - order.indexOf(b);
}

describe("the table of keys", () => {
  it("fits 80 columns with complete client IDs", async () => {
    const lines = await showTable([], 80);
    expect(lines[0]).toMatch(/^NAME +CLIENT ID +LAST USED +ALLOWED FROM$/);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("4 keys");
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/api_[0-9a-f]{24} {2}/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.join("\n")).toMatch(/Restricted +api_\S+ +never +2 networks/);
    expect(lines.join("\n")).toMatch(/Used today +api_\S+ +4 hours ago +any address/);
  });

  it("shows more columns on a wide terminal", async () => {
    const lines = await showTable(["--status", "all"], 120);
    expect(lines[0]).toMatch(/^NAME +CLIENT ID +STATUS +LAST USED +FROM +ALLOWED FROM +CREATED$/);
    expect(lines.join("\n")).toMatch(/Gone +api_\S+ +revoked +never/);
    expect(lines.join("\n")).toMatch(/Used today .* 198\.51\.100\.7 .* 1 year ago/);
  });

  it("prints blocks if not even a client ID fits", async () => {
    const lines = await showTable([], 40);
    expect(lines).toContain("NAME: Restricted");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });

  it("says on stderr how to create a key if there are none", async () => {
    const empty = await createAdmin(server, { company: "Empty Ltd" });
    expect(await empty.run(["keys", "list"])).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "There are no active keys. To create one, run: briksync keys create NAME\n",
    });
    expect((await empty.run(["keys", "list", "-o", "csv"])).stdout.split("\n")).toHaveLength(2);
    await empty.remove();
  });
});
