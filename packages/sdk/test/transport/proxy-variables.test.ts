import { inspect } from "node:util";
import { expect, it } from "vitest";
import { findProxy } from "../../src/transport/proxy-variables.ts";

const proxy = { http_proxy: "http://plain:1", https_proxy: "http://secure:2" };

it.each([
  ["https://api.example.com", {}, undefined],
  ["https://api.example.com", { HTTPS_PROXY: "" }, undefined],
  ["https://api.example.com", proxy, "secure:2"],
  ["http://api.example.com", proxy, "plain:1"],
  ["https://api.example.com", { HTTP_PROXY: "http://plain:1" }, "plain:1"],
  ["http://api.example.com", { HTTPS_PROXY: "http://secure:2" }, undefined],
  ["https://api.example.com", { https_proxy: "http://lower:1", HTTPS_PROXY: "http://upper:1" }, "lower:1"],
  ["https://api.example.com", { https_proxy: "", HTTPS_PROXY: "http://upper:1" }, "upper:1"],
  ["https://127.0.0.1", proxy, undefined],
  ["https://[::1]:8443", proxy, undefined],
  ["https://localhost", proxy, undefined],
  ["https://api.localhost", proxy, undefined],
])("C-06 finds the proxy for %s in %j", (origin, env, host) => {
  expect(findProxy(origin, env)?.host).toBe(host);
});

it.each([
  ["*", true],
  ["api.example.com", true],
  ["example.com", true],
  [".example.com", true],
  ["*.example.com", true],
  ["other.org, EXAMPLE.com", true],
  ["other.org example.com", true],
  ["example.com:443", true],
  ["example.com:8443", false],
  ["ample.com", false],
  ["example.com.evil.org", false],
  ["", false],
  [",,", false],
])("reads NO_PROXY %j", (list, isException) => {
  expect(findProxy("https://api.example.com", { ...proxy, NO_PROXY: list }) === null).toBe(isException);
});

it("reads IPv6 addresses in NO_PROXY, with and without brackets and port", () => {
  for (const list of ["[2001:db8::1]", "2001:db8::1", "[2001:db8::1]:443"]) {
    expect(findProxy("https://[2001:db8::1]", { ...proxy, no_proxy: list }), list).toBeNull();
  }
  expect(findProxy("https://[2001:db8::1]", { ...proxy, no_proxy: "[2001:db8::1]:80" })).not.toBeNull();
});

it("decodes the user name and the password of a proxy", () => {
  const found = findProxy("https://api.example.com", { https_proxy: "http://ada:p%40ss@proxy.example.com" });
  expect(found?.authorize()).toBe(`Basic ${Buffer.from("ada:p@ss").toString("base64")}`);
  const named = findProxy("https://api.example.com", { https_proxy: "http://token@[2001:db8::9]:3128" });
  expect(named).toMatchObject({ hostname: "2001:db8::9", port: "3128" });
  expect(named?.authorize()).toBe(`Basic ${Buffer.from("token:").toString("base64")}`);
});

it("names the invalid variable, and shows no password", () => {
  const found = findProxy("https://api.example.com/path", {
    HTTPS_PROXY: "http://ada:password@proxy.example.com:3128",
  });
  expect(found).toMatchObject({ variable: "HTTPS_PROXY", host: "proxy.example.com:3128" });
  expect(inspect(found) + JSON.stringify(found)).not.toContain("password");
});

it.each(["a:1", "http://user:pass@[bad", "socks://proxy:1080", "http://%zz@proxy"])("refuses the proxy %j", (value) => {
  expect(() => findProxy("https://api.example.com", { HTTPS_PROXY: value })).toThrow(
    expect.objectContaining({
      name: "ConfigurationError",
      message: expect.stringMatching(/^HTTPS_PROXY is not a proxy URL/),
    }),
  );
});
