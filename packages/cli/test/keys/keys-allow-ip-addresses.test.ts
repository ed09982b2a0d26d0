import { describe, expect, it } from "vitest";
import { type Entry, useAllowlist } from "../support/allowlist.ts";
import { useAdmin, useKey, useServer } from "../support/lifetimes.ts";

const server = useServer({ TRUSTED_PROXIES: "127.0.0.1" });
const admin = useAdmin(server);
const key = useKey(admin);
const { allowIp, readList, readCidrs } = useAllowlist(admin, key);

describe("keys allow-ip without a terminal", () => {
  it("S-21 refuses invalid addresses before the first request, and suggests the intended network", async () => {
    const hostBits = await allowIp("127.0.0.1", "203.0.113.7/24");
    expect(hostBits).toMatchObject({ exitCode: 6, stdout: "" });
    expect(hostBits.stderr).toBe(
      'error: "203.0.113.7/24" has bits set after its prefix. The network is 203.0.113.0/24, and the single address is 203.0.113.7.\n',
    );
    const open = await allowIp("0.0.0.0/0");
    expect(open.stderr).toContain("To allow every address, leave the allowlist empty.\n");
    const several = await allowIp("foo", "0.0.0.0/0", "--me");
    expect(several.stderr).toContain('"foo" is not an IP address or CIDR range.');
    expect(several.stderr).toContain('"0.0.0.0/0" allows every address.');
    expect(await readList()).toEqual([]);
  });

  it("S-21 accepts the same addresses as the server", async () => {
    const texts = [
      "10.0.0.0/8",
      "10.0.0.1/8",
      "10/8",
      "1.2.3.4",
      "01.2.3.4",
      "1.2.3.4/33",
      "1.2.3.0/024",
      "::/0",
      "::1",
      "fe80::1%1",
    ];
    texts.push(
      "2001:db8::/32",
      "2001:DB8::1/32",
      "::ffff:1.2.3.4",
      "::ffff:1.2.3.0/120",
      "::ffff:1.2.3.0/119",
      "::ffff:0:0/90",
    );
    texts.push(
      "1::2::3",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7::",
      "::1.2.3.4",
      "::1.2.3.04",
      "12345::",
      "1.2.3.4/",
      "/8",
      "1.2.3.4/-1",
    );
    const response = await fetch(`${server.url}/external/v1/auth/keys`, {
      method: "POST",
      headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Never made", ipAllowlist: texts }),
    });
    const body = (await response.json()) as { error: { details: { path: string }[] } };
    const refused = new Set(body.error.details.map((detail) => texts[Number(detail.path.split("/").at(-1))]));
    const good = texts.filter((text) => !refused.has(text));
    expect(good).toHaveLength(9);
    const { exitCode, stderr } = await allowIp(...texts, "-y");
    expect(exitCode).toBe(6);
    for (const text of texts)
      expect({ text, isRefused: stderr.includes(`  ${JSON.stringify(text)} `) }).toEqual({
        text,
        isRefused: refused.has(text),
      });
    const allowed = await allowIp(...good, "-y", "-o", "json");
    expect(allowed.exitCode).toBe(0);
    const flags = good.flatMap((text) => ["--allow-ip", text]);
    const created = JSON.parse((await admin.run(["keys", "create", "All good", ...flags, "-o", "json"])).stdout);
    const theirs = await admin.fetchJson<Entry[]>(`/keys/${created.id}/ip-allowlist`);
    expect(theirs.map((entry) => entry.cidr).sort()).toEqual(await readCidrs());
  });

  it("reports text that it cannot parse, and sends nothing", async () => {
    const cases: [string[], number, string][] = [
      [[], 2, "No IP address was passed."],
      [["--list", "10.0.0.0/8"], 2, "--list cannot be combined with changes to the allowlist"],
      [["--remove", "10.0.0.0/8", "--note", "x"], 2, "--note and --expires require an IP address to add"],
      [["--me", "--expires", "soon"], 2, "is not a duration or a time"],
      [["--me", "--expires", "2020-01-01"], 2, "is in the past"],
      [["--remove", "10.0.0.0/8"], 3, '"10.0.0.0/8" is not on the allowlist.'],
      [["--me", "--remove", "127.0.0.1"], 3, "is not on the allowlist"],
    ];
    for (const [args, exitCode, message] of cases) {
      const result = await allowIp(...args);
      expect({ args, exitCode: result.exitCode, stdout: result.stdout }).toEqual({ args, exitCode, stdout: "" });
      expect(result.stderr).toContain(message);
    }
    expect(await readList()).toEqual([]);
  });
});
