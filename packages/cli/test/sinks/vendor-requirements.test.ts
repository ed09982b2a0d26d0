import { describe, expect, it } from "vitest";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { useVendorPrograms, vendorVersions } from "../support/vendor-programs.ts";

const server = useServer();
const admin = useAdmin(server);
const { programs, create } = useVendorPrograms(admin);

describe("keys create --to a vendor's program", () => {
  it.each([
    [
      "github:acme/web#KEY",
      "gh",
      "1.3.1",
      "gh 1.4.0 or newer is required. Version 1.3.1 is installed",
      "https://cli.github.com",
    ],
    [
      "vault:secret/crm#k",
      "vault",
      "Vault v1.8.12",
      "vault 1.9.0 or newer is required. Version 1.8.12",
      "https://developer.hashicorp.com",
    ],
    [
      "doppler:crm/prd#K",
      "doppler",
      "v3.32.0",
      "doppler 3.33.0 or newer is required. Version 3.32.0",
      "https://docs.doppler.com",
    ],
    [
      "aws:crm",
      "aws",
      "aws-cli/1.14.70 Python/2.7",
      "aws 1.15.0 or newer is required. Version 1.14.70",
      "https://aws.amazon.com",
    ],
  ])("%s is refused early if the program is too old", async (sink, program, version, message, site) => {
    await programs.set(program, version);
    const before = await admin.countKeys();
    const { exitCode, stdout, stderr } = await create([sink]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("Nothing was changed");
    expect(stderr).toContain(message);
    expect(stderr).toContain(`hint: Install it from ${site}`);
    expect(await admin.countKeys()).toBe(before);
  });

  it("is refused before the first request if it is not installed", async () => {
    const args = ["--to", "github:acme/web#KEY", "--server", "http://127.0.0.1:9"];
    const missing = await admin.run(["keys", "create", "X", ...args, "-o", "json"], {
      env: { PATH: "/usr/sbin" },
    });
    expect(missing.exitCode).toBe(1);
    expect(JSON.parse(missing.stderr)).toMatchObject({
      error: {
        type: "SINK_UNAVAILABLE",
        message: expect.stringContaining("gh is not installed, or not in PATH"),
        exitCode: 1,
      },
    });
  });

  it("reports all problems of several destinations together", async () => {
    await programs.set("doppler", vendorVersions.doppler, [
      { on: "secrets", exitCode: 1, stderr: "Doppler Error: Invalid Auth token\n" },
    ]);
    const { exitCode, stderr } = await create(["doppler:crm/prd#KEY", "file:/nowhere/at/all", "github:acme/web#KEY"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("2 destinations cannot be used. Nothing was changed.");
    expect(stderr).toContain("Doppler Error: Invalid Auth token");
    expect(stderr).toContain("The directory /nowhere/at does not exist.");
  });

  it.each([
    ["github:acme/web#GITHUB_TOKEN", "is not a name that gh accepts"],
    ["github:acme#KEY", "is not a destination that gh accepts"],
    ["github:--help/x#KEY", "is not a destination that gh accepts"],
    ["vault:secret#KEY", "is not a destination that vault accepts"],
    ["vault:secret/../sys#KEY", "is not a destination that vault accepts"],
    ["vault:secret/x#a=b", "is not a name that vault accepts"],
    ["aws:file://x", "is not a destination that aws accepts"],
    ["aws:--debug", "is not a destination that aws accepts"],
    ["doppler:crm#KEY", "is not a destination that doppler accepts"],
    ["doppler:crm/prd#key", "is not a name that doppler accepts"],
  ])("%s is refused as wrong usage", async (sink, message) => {
    const { exitCode, stderr } = await create([sink]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(await programs.listRuns()).toEqual([]);
  });
});
