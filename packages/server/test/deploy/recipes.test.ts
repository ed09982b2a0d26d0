import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../src/config/config.ts";
import { parseCidr } from "../../src/domain/network/cidr.ts";
import { errorCatalogue } from "../../src/errors.ts";
import { verifyRefusals } from "../support/declared-errors.ts";
import { parseDockerfile } from "../support/dockerfile.ts";
import { readRecipe, recipesPath } from "../support/recipe.ts";

const identityHeaders = ["x-briksync-key-id", "x-briksync-client-id", "x-briksync-company-id"];
const credentialHeaders = ["authorization", "x-api-key", "x-api-secret"];

// biome-ignore lint/suspicious/noExplicitAny: YAML of other programs. Tests read only the fields that they check.
const readYaml = (name: string): any => parse(readRecipe(name), { strict: true, uniqueKeys: true });

describe("the recipes", () => {
  it("are all listed in their README, with the tests that ran", () => {
    const files = readdirSync(recipesPath).filter((name) => name !== "README.md");
    const readme = readRecipe("README.md");
    expect(files.filter((name) => !readme.includes(`](${name})`))).toEqual([]);
    for (const [, name = ""] of readme.matchAll(/\]\(([\w.-]+)\)/g)) expect(files).toContain(name);
    for (const name of ["traefik.yaml", "traefik-dynamic.yaml", "envoy.yaml"]) {
      expect(readRecipe(name), name).toMatch(/^# .*The tests do not run (Traefik|Envoy)\./m);
    }
  });

  it.each(["nginx.conf", "Caddyfile", "traefik-dynamic.yaml", "envoy.yaml"])(
    "%s calls the documented path, and handles all three identity headers and all three credentials",
    (name) => {
      const text = readRecipe(name).toLowerCase();
      expect(text).toContain("/external/v1/auth/verify");
      for (const header of [...identityHeaders, ...credentialHeaders]) expect(text, header).toContain(header);
    },
  );

  it("nginx.conf has the message of every refusal of verify", () => {
    const [, map = ""] = /map \$briksync_type \$briksync_message \{(.*?)\}/s.exec(readRecipe("nginx.conf")) ?? [];
    const messages = Object.fromEntries(
      [...map.matchAll(/^ +([A-Z_]+) +"(.*)";$/gm)].map(([, type, text]) => [type, text]),
    );
    // The server adds the address to this message.
    const { IP_NOT_ALLOWED: _, ...fixed } = messages;
    const types = verifyRefusals.filter((type) => type !== "IP_NOT_ALLOWED");
    expect(fixed).toMatchObject(Object.fromEntries(types.map((type) => [type, errorCatalogue[type].message])));
    expect(messages).toHaveProperty("IP_NOT_ALLOWED");
  });

  it("contain the default address and port of the server", () => {
    const { host, port } = parseConfig({});
    for (const name of ["nginx.conf", "Caddyfile", "traefik-dynamic.yaml"]) {
      expect(readRecipe(name), name).toContain(`${host}:${port}`);
    }
    expect(readRecipe("envoy.yaml")).toContain(`address: ${host}, port_value: ${port}`);
  });
});

describe("the text of the traefik recipe", () => {
  const { http } = readYaml("traefik-dynamic.yaml");

  it("checks the credential before it removes it, and trusts no forwarded header", () => {
    expect(http.routers.api.middlewares).toEqual(["drop-upgrade", "ask-briksync", "drop-credentials"]);
    expect(http.routers["api-websocket"].middlewares).toEqual(["only-websocket", "ask-briksync", "drop-credentials"]);
    const { forwardAuth } = http.middlewares["ask-briksync"];
    expect(forwardAuth.trustForwardHeader).toBe(false);
    expect(forwardAuth.authResponseHeaders.map((name: string) => name.toLowerCase())).toEqual(identityHeaders);
    const removed = Object.entries(http.middlewares["drop-credentials"].headers.customRequestHeaders);
    expect(removed.map(([name, value]) => [name.toLowerCase(), value])).toEqual(
      credentialHeaders.map((name) => [name, ""]),
    );
  });

  it("S-67 passes no protocol switch except WebSocket, and no CONNECT", () => {
    const { headers: dropped } = http.middlewares["drop-upgrade"];
    expect(dropped.customRequestHeaders).toEqual({ Upgrade: "", "HTTP2-Settings": "" });
    const { headers: only } = http.middlewares["only-websocket"];
    expect(only.customRequestHeaders).toEqual({ Upgrade: "websocket", "HTTP2-Settings": "" });
    expect(http.routers["api-websocket"].rule).toContain("HeaderRegexp(`Upgrade`, `(?i)^websocket$`)");
    expect(http.routers.briksync.middlewares).toEqual(["drop-upgrade"]);
    for (const { rule } of Object.values<{ rule: string }>(http.routers)) expect(rule).toContain("!Method(`CONNECT`)");
    // Traefik gives priority to the longer rule.
    expect(http.routers["api-websocket"].rule.length).toBeGreaterThan(http.routers.api.rule.length);
  });

  it("S-20 trusts no X-Forwarded-For of clients, and drops names with an underscore", () => {
    const { entryPoints, providers } = readYaml("traefik.yaml");
    expect(entryPoints.websecure.forwardedHeaders).toBeUndefined();
    expect(entryPoints.websecure.http.underscoreHeadersStrategy).toBe("delete");
    expect(providers.file.filename).toMatch(/traefik-dynamic\.yaml$/);
  });

  it("exposes the API and the pages, and no metrics", () => {
    const { rule } = http.routers.briksync;
    expect(rule).not.toContain("metrics");
    for (const path of ["/", "/device", "/briksync-keys.js", "/api/health"])
      expect(rule).toContain(`Path(\`${path}\`)`);
    for (const path of ["/external/v1/auth", "/login", "/settings", "/assets", "/api/auth", "/api/docs"]) {
      expect(rule).toContain(`PathPrefix(\`${path}\`)`);
    }
  });
});

describe("the text of the envoy recipe", () => {
  const { static_resources: resources } = readYaml("envoy.yaml");
  const [{ typed_config: manager }] = resources.listeners[0].filter_chains[0].filters;
  const filters = new Map<string, ReturnType<typeof readYaml>>(
    manager.http_filters.map((filter: { name: string; typed_config: unknown }) => [filter.name, filter.typed_config]),
  );
  const authorize = filters.get("envoy.filters.http.ext_authz");
  const [host] = manager.route_config.virtual_hosts;

  it("drops the identity headers of a client, then checks, then routes", () => {
    expect([...filters.keys()].map((name) => name.split(".").at(-1))).toEqual([
      "header_mutation",
      "ext_authz",
      "router",
    ]);
    const { request_mutations: removals } = filters.get("envoy.filters.http.header_mutation").mutations;
    expect(removals.map(({ remove }: { remove: string }) => remove)).toEqual(identityHeaders);
    const { allowed_upstream_headers: allowed } = authorize.http_service.authorization_response;
    expect(allowed.patterns.map(({ exact }: { exact: string }) => exact)).toEqual(identityHeaders);
    expect(host.request_headers_to_remove).toEqual([...credentialHeaders, "http2-settings"]);
    expect(manager.common_http_protocol_options.headers_with_underscores_action).toBe("DROP_HEADER");
  });

  it("S-20 sets X-Forwarded-For to the peer's address, for the check and for the API", () => {
    const peer = "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%";
    expect(authorize.http_service.authorization_request.headers_to_add).toEqual([
      { key: "x-forwarded-for", value: peer },
    ]);
    expect(host.request_headers_to_add).toEqual([
      { header: { key: "x-forwarded-for", value: peer }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" },
    ]);
  });

  it("S-67 passes no protocol switch except WebSocket, and no CONNECT", () => {
    expect(manager.upgrade_configs).toEqual([{ upgrade_type: "websocket" }]);
    for (const route of host.routes) {
      expect(route.match.connect_matcher).toBeUndefined();
      expect(route.route.upgrade_configs).toBeUndefined();
    }
  });

  it("refuses requests if briksync does not respond", () => {
    expect(authorize.failure_mode_allow).toBe(false);
    expect(authorize.status_on_error.code).toBe("ServiceUnavailable");
  });

  it("refers to existing clusters", () => {
    const names = resources.clusters.map(({ name }: { name: string }) => name);
    expect(names).toContain(authorize.http_service.server_uri.cluster);
    for (const { route } of host.routes) expect(names).toContain(route.cluster);
  });
});

describe("the text of the compose file", () => {
  const compose = readYaml("compose.yaml");
  const { briksync } = compose.services;
  const dockerfile = parseDockerfile(readRecipe("Dockerfile"));

  it("builds the Dockerfile in its folder from the repository's root", () => {
    const context = join(recipesPath, briksync.build.context);
    expect(readdirSync(context)).toContain("pnpm-lock.yaml");
    expect(join(context, briksync.build.dockerfile)).toBe(join(recipesPath, "Dockerfile"));
    const [volume] = dockerfile.filter(({ name }) => name === "VOLUME");
    expect(briksync.volumes).toEqual([`data:${volume?.value}`]);
    expect(Object.keys(compose.volumes)).toEqual(["data"]);
  });

  it("runs it without capabilities, read-only, published only on loopback, with time to drain", () => {
    expect(briksync).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      ports: [`127.0.0.1:${parseConfig({}).port}:${parseConfig({}).port}`],
      stop_grace_period: "20s",
    });
    expect(briksync.privileged).toBeUndefined();
    expect(briksync.user).toBeUndefined();
  });

  it("S-20 trusts only the gateway of its network, which is part of that network", () => {
    const [{ subnet, gateway }] = compose.networks.edge.ipam.config;
    expect(briksync.networks).toEqual(["edge"]);
    expect(briksync.environment.TRUSTED_PROXIES).toBe(gateway);
    expect(parseCidr(subnet).ok).toBe(true);
    expect(parseConfig(briksync.environment).trustedProxies.map(({ text }) => text)).toEqual([`${gateway}/32`]);
  });
});
