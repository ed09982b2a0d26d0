import { describe, expect, it } from "vitest";
import { useHome, useServer } from "./support/lifetimes.ts";
import { expireAccessToken } from "./support/stored-session.ts";

const server = useServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

describe("companies", () => {
  it("are listed, and switching replaces the session", async () => {
    const person = await server.createAccount({ company: "First Ltd" });
    await server.createAccount({ ...person, company: "Second Ltd" });
    const login = [
      "login",
      "--insecure-storage",
      "--email",
      person.email,
      "--password-stdin",
      "--company",
      "First Ltd",
    ];
    await home.run(login, { stdin: person.password });
    const list = JSON.parse((await home.run(["companies", "list", "-o", "json"])).stdout);
    expect(list.map((company: { name: string; active: boolean }) => [company.name, company.active]).sort()).toEqual([
      ["First Ltd", true],
      ["Second Ltd", false],
    ]);
    const use = await home.run(["companies", "use", "second ltd"]);
    expect(use).toMatchObject({ exitCode: 0, stdout: "" });
    expect(use.stderr).toContain("You now work in Second Ltd, as Super Admin");
    expect(JSON.parse((await home.run(["whoami", "-o", "json"])).stdout).company.name).toBe("Second Ltd");
    await expireAccessToken(home.configDirectory);
    expect(JSON.parse((await home.run(["whoami", "-o", "json"])).stdout).company.name).toBe("Second Ltd");
    const unknown = await home.run(["companies", "use", "Third"]);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.stderr).toContain("First Ltd");
  });
});
