import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { BrikSync } from "@briksync/sdk";
import { describe, expect, it } from "vitest";
import { cliEntry, repositoryRoot } from "./paths.ts";
import { listSourceFiles, stripText } from "./source-files.ts";

/** Checks the rules of ARCHITECTURE.md and CONTRIBUTING.md about names. `import-arrows.test.ts` checks imports. */

const sources = listSourceFiles();

describe("names", () => {
  it("has no file or folder named utils, helpers or common", () => {
    const drawers = sources.filter((file) =>
      /^(utils?|helpers?|common|types|misc|shared)\.tsx?$/.test(basename(file.path)),
    );
    expect(drawers.map((file) => file.path)).toEqual([]);
  });

  it("names files in kebab-case", () => {
    const wrong = sources.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/.test(basename(file.path)));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it("has no barrel files except the entry points of packages", () => {
    // The last one is the entry of a separate build: the part of undici in the SDK.
    const entries = new Set(
      ["index.ts", "browser.ts", "worker.ts", "testing.ts", "public.ts", "public-server.ts", "transport/undici.ts"].map(
        (name) => `packages/sdk/src/${name}`,
      ),
    );
    const barrels = sources.filter(
      (file) =>
        !entries.has(file.path) &&
        stripText(file.text)
          .replace(/(export|import)[^;=]*from[^;]*;/g, "")
          .trim() === "",
    );
    expect(barrels.map((file) => relative(repositoryRoot, file.path))).toEqual([]);
  });
});

describe("access", () => {
  it("is asked by each function of the domain for the operation of its own name", () => {
    const asked = sources
      .filter(({ path }) => path.startsWith("packages/server/src/domain/"))
      .flatMap(({ text }) => [...text.matchAll(/^export async function (\w+).*?^}/gms)])
      .flatMap(([body, name]) =>
        [...body.matchAll(/\bmay\([\w.]+, "(\w+)"/g)].map(([, operation]) => [name, operation]),
      );
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter(([name, operation]) => name !== operation)).toEqual([]);
  });
});

describe("one word per concept in URL, operationId, SDK method and CLI verb", () => {
  /**
   * operationId → SDK method → CLI command, with the flag if a command has several operations. The test fails if a new
   * operation is missing.
   */
  const vocabulary: Record<string, { sdk: string; cli: string[]; flag?: string }> = {
    signIn: { sdk: "auth.signIn", cli: ["login"] },
    getSignInMethods: { sdk: "auth.getSignInMethods", cli: ["login"] },
    startDeviceSignIn: { sdk: "auth.startDeviceSignIn", cli: ["login"], flag: "--web" },
    refreshSession: { sdk: "auth.refresh", cli: [] },
    signOut: { sdk: "auth.signOut", cli: ["logout"] },
    getSession: { sdk: "auth.getSession", cli: ["whoami"] },
    switchCompany: { sdk: "auth.switchCompany", cli: ["companies", "use"] },
    changePassword: { sdk: "auth.changePassword", cli: ["password", "change"] },
    listSessions: { sdk: "auth.listSessions", cli: ["sessions", "list"] },
    endSession: { sdk: "auth.endSession", cli: ["sessions", "end"] },
    endOtherSessions: { sdk: "auth.endOtherSessions", cli: ["sessions", "end"], flag: "--others" },
    listKeys: { sdk: "keys.list", cli: ["keys", "list"] },
    createKey: { sdk: "keys.create", cli: ["keys", "create"] },
    getKey: { sdk: "keys.get", cli: ["keys", "show"] },
    renameKey: { sdk: "keys.rename", cli: ["keys", "rename"] },
    rotateKey: { sdk: "keys.rotate", cli: ["keys", "rotate"] },
    revokeKey: { sdk: "keys.revoke", cli: ["keys", "revoke"] },
    listRotations: { sdk: "keys.rotations.list", cli: ["keys", "rotate"], flag: "--status" },
    finishRotation: { sdk: "keys.rotations.finish", cli: ["keys", "rotate"], flag: "--finish" },
    abortRotation: { sdk: "keys.rotations.abort", cli: ["keys", "rotate"], flag: "--abort" },
    renewRotation: { sdk: "keys.rotations.renew", cli: [] },
    listAllowedIps: { sdk: "keys.listAllowedIps", cli: ["keys", "allow-ip"] },
    allowIp: { sdk: "keys.allowIp", cli: ["keys", "allow-ip"] },
    disallowIp: { sdk: "keys.disallowIp", cli: ["keys", "allow-ip"] },
    listAuditEvents: { sdk: "audit.list", cli: ["audit"] },
    createTrust: { sdk: "trusts.create", cli: ["trust", "add"] },
    listTrusts: { sdk: "trusts.list", cli: ["trust", "list"] },
    getTrust: { sdk: "trusts.get", cli: ["trust", "show"] },
    disableTrust: { sdk: "trusts.disable", cli: ["trust", "disable"] },
    enableTrust: { sdk: "trusts.enable", cli: ["trust", "enable"] },
    removeTrust: { sdk: "trusts.remove", cli: ["trust", "remove"] },
    listTrustEvents: { sdk: "trusts.log", cli: ["trust", "log"] },
    testTrust: { sdk: "trusts.test", cli: ["trust", "test"] },
    exchangeToken: { sdk: "trusts.exchange", cli: [] },
    explainToken: { sdk: "trusts.explain", cli: ["trust", "explain"] },
    getGrant: { sdk: "auth.getGrant", cli: ["whoami"] },
    createToken: { sdk: "tokens.create", cli: ["tokens", "create"] },
    listTokens: { sdk: "tokens.list", cli: ["tokens", "list"] },
    getToken: { sdk: "tokens.get", cli: ["tokens", "show"] },
    rotateToken: { sdk: "tokens.rotate", cli: ["tokens", "rotate"] },
    revokeToken: { sdk: "tokens.revoke", cli: ["tokens", "revoke"] },
    verify: { sdk: "verify", cli: ["keys", "verify"] },
  };

  const openapi: { paths: Record<string, Record<string, { operationId?: string }>> } = JSON.parse(
    readFileSync(join(repositoryRoot, "packages/server/openapi.json"), "utf8"),
  );

  it("lists every operation of the API", () => {
    const operationIds = Object.entries(openapi.paths)
      .filter(([path]) => path.startsWith("/external/"))
      .flatMap(([, operations]) => Object.values(operations).map((operation) => operation.operationId));
    expect(operationIds.sort()).toEqual(Object.keys(vocabulary).sort());
  });

  it("has an SDK method for each operation", () => {
    const client = new BrikSync({ baseUrl: "http://127.0.0.1:1" });
    const missing = Object.values(vocabulary).filter(({ sdk }) => {
      const method = sdk
        .split(".")
        .reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], client);
      return typeof method !== "function";
    });
    expect(missing).toEqual([]);
  });

  it("has a CLI command for each operation", () => {
    for (const { cli, flag = "" } of Object.values(vocabulary)) {
      if (cli.length === 0) continue;
      const result = spawnSync(process.execPath, [cliEntry, ...cli, "--help"], { encoding: "utf8" });
      expect(result.status, cli.join(" ")).toBe(0);
      expect(result.stdout).toContain(`Usage: briksync ${cli.join(" ")}`);
      expect(result.stdout, cli.join(" ")).toContain(flag);
    }
  });
});
