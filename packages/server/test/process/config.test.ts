import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.ts";

/** Returns the problems of an environment, one per line of the message. */
function findProblems(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("the configuration", () => {
  it("S-50 has the documented defaults, and an empty variable counts as unset", () => {
    const empty = { PORT: "", HOST: "", DATABASE_URL: "", BRIKSYNC_JWT_SECRET: "", TRUSTED_PROXIES: " , " };
    for (const env of [{}, empty]) {
      expect(parseConfig(env)).toEqual({
        port: 4870,
        host: "127.0.0.1",
        oidcIssuers: [],
        database: { engine: "sqlite", path: "briksync.db" },
        jwtSecret: undefined,
        peppers: undefined,
        accessTokenTtlSeconds: 900,
        refreshTokenTtlSeconds: 2_592_000,
        trustedProxies: [],
        passwordMinLength: 15,
        rateLimitPerMinute: 600,
        rateLimitBurst: 120,
        managementLimitPerMinute: 600,
        managementLimitBurst: 600,
        rotationLeaseSeconds: 120,
        corsOrigins: [],
        supabase: undefined,
        stripe: undefined,
        cronSecret: undefined,
        publicUrl: undefined,
        logLevel: "info",
      });
    }
  });

  it.each([
    ["PORT", "http", 'PORT: expected a whole number from 0 to 65535, got "http"'],
    ["PORT", "65536", 'PORT: expected a whole number from 0 to 65535, got "65536"'],
    ["PORT", "-1", 'PORT: expected a whole number from 0 to 65535, got "-1"'],
    ["PORT", "4870 ", 'PORT: expected a whole number from 0 to 65535, got "4870 "'],
    ["PORT", "1e3", 'PORT: expected a whole number from 0 to 65535, got "1e3"'],
    ["ACCESS_TOKEN_TTL", "0", 'ACCESS_TOKEN_TTL: expected a whole number from 1 to 86400, got "0"'],
    ["REFRESH_TOKEN_TTL", "30d", 'REFRESH_TOKEN_TTL: expected a whole number from 1 to 31536000, got "30d"'],
    ["PASSWORD_MIN_LENGTH", "7", 'PASSWORD_MIN_LENGTH: expected a whole number from 8 to 128, got "7"'],
    ["RATE_LIMIT_PER_MINUTE", "0", 'RATE_LIMIT_PER_MINUTE: expected a whole number from 1 to 1000000000, got "0"'],
    ["RATE_LIMIT_BURST", "∞", 'RATE_LIMIT_BURST: expected a whole number from 1 to 1000000000, got "∞"'],
    ["LOG_LEVEL", "loud", 'LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, got "loud"'],
    ["DATABASE_POOL_SIZE", "6", 'DATABASE_POOL_SIZE: expected a whole number from 7 to 1000, got "6"'],
    [
      "DATABASE_URL",
      "mysql://x",
      "DATABASE_URL: expected sqlite:<path>, sqlite::memory: or postgres://<user>@<host>/<database>",
    ],
    [
      "DATABASE_URL",
      "sqlite:",
      "DATABASE_URL: expected sqlite:<path>, sqlite::memory: or postgres://<user>@<host>/<database>",
    ],
    ["BRIKSYNC_JWT_SECRET", "x".repeat(31), "BRIKSYNC_JWT_SECRET: needs at least 32 bytes, has 31"],
    ["BRIKSYNC_KEY_PEPPER", `${"x".repeat(32)},short`, "BRIKSYNC_KEY_PEPPER: needs at least 32 bytes, has 5"],
    [
      "BRIKSYNC_KEY_PEPPER",
      `${"x".repeat(32)}, ${"x".repeat(32)}`,
      "BRIKSYNC_KEY_PEPPER: contains the same pepper twice",
    ],
    [
      "TRUSTED_PROXIES",
      "10.0.0.0/8,10.0.0.1/8",
      'TRUSTED_PROXIES: "10.0.0.1/8" has bits set after its prefix. The network is 10.0.0.0/8, and the single address is 10.0.0.1',
    ],
    ["TRUSTED_PROXIES", "*", /^TRUSTED_PROXIES: "\*" is not an IP address or CIDR range/],
    ["CORS_ORIGINS", "*", /^CORS_ORIGINS: "\*" is not an origin such as https:\/\/app\.example\.com/],
    ["CORS_ORIGINS", "https://app.example.com/", /^CORS_ORIGINS: .*without a path, trailing slash/],
    ["STRIPE_WEBHOOK_SECRET", "whsec_123456789", "STRIPE_WEBHOOK_SECRET: needs at least 16 characters, has 15"],
    ["CRON_SECRET", "x".repeat(15), "CRON_SECRET: needs at least 16 characters, has 15"],
    ["CRON_SECRET", "sixteen letters and spaces", "CRON_SECRET: must contain only visible ASCII characters"],
    ["SUPABASE_URL", "https://x.supabase.co/auth/v1", /^SUPABASE_URL: expected a URL such as .*without a path/],
    ["SUPABASE_URL", "https://user:pass@x.supabase.co", /^SUPABASE_URL: .*without a path or credentials/],
    ["SUPABASE_URL", "x.supabase.co", /^SUPABASE_URL: expected a URL/],
    ["SUPABASE_URL", "ftp://x.supabase.co", /^SUPABASE_URL: expected a URL/],
    ["SUPABASE_URL", "http://x.supabase.co", "SUPABASE_URL: must use https, except on this machine"],
    ["SUPABASE_JWT_SECRET", "x".repeat(40), "SUPABASE_JWT_SECRET: also requires SUPABASE_URL"],
    ["SUPABASE_PUBLISHABLE_KEY", "sb_publishable_123", "SUPABASE_PUBLISHABLE_KEY: also requires SUPABASE_URL"],
    ["SUPABASE_PROVIDERS", "google", "SUPABASE_PROVIDERS: also requires SUPABASE_URL"],
    ["STRIPE_PLANS", "pro=PRO", "STRIPE_PLANS: also requires STRIPE_WEBHOOK_SECRET"],
    ["STRIPE_PLANS", "pro=FREE", /^STRIPE_PLANS: "pro=FREE" is a duplicate, or not a pair such as price_123=BUSINESS/],
    ["OIDC_ISSUERS", "https://gitlab.example.com", /^OIDC_ISSUERS: .* is not a pair such as/],
    ["OIDC_ISSUERS", "gitea=https://gitea.example.com", /^OIDC_ISSUERS: .* is not a pair such as/],
    ["OIDC_ISSUERS", "gitlab=https://GITLAB.example.com", /^OIDC_ISSUERS: .* is not a pair such as/],
    ["OIDC_ISSUERS", "gitlab=https://gitlab.example.com/?", /^OIDC_ISSUERS: .* is not a pair such as/],
    ["OIDC_ISSUERS", "gitlab=http://gitlab.example.com", /^OIDC_ISSUERS: .* must use https/],
    ["PUBLIC_URL", "briksync.example.com", /^PUBLIC_URL: expected a URL/],
    ["PUBLIC_URL", "https://briksync.example.com/keys", /^PUBLIC_URL: expected a URL/],
    ["PUBLIC_URL", "http://briksync.example.com", "PUBLIC_URL: must use https, except on this machine"],
  ])("S-50 refuses %s=%s by name", (name, value, problem) => {
    const problems = findProblems({ [name]: value });
    expect(problems).toHaveLength(1);
    if (typeof problem === "string") expect(problems[0]).toBe(problem);
    else expect(problems[0]).toMatch(problem);
  });

  it("S-50 accepts PUBLIC_URL with and without Supabase", () => {
    const supabase = { SUPABASE_URL: "https://x.supabase.co", SUPABASE_PROVIDERS: "google" };
    const publicUrl = { PUBLIC_URL: "https://briksync.example.com/" };
    expect(parseConfig({}).publicUrl).toBeUndefined();
    expect(parseConfig(supabase).publicUrl).toBeUndefined();
    expect(parseConfig(publicUrl).publicUrl).toBe("https://briksync.example.com");
    expect(parseConfig({ ...supabase, ...publicUrl }).publicUrl).toBe("https://briksync.example.com");
  });

  it("S-50 reads the settings of integrations", () => {
    const env = {
      SUPABASE_URL: "https://x.supabase.co/",
      SUPABASE_JWT_SECRET: "x".repeat(32),
      SUPABASE_PUBLISHABLE_KEY: "sb_publishable_123",
      SUPABASE_PROVIDERS: "google, github",
      PUBLIC_URL: "http://127.0.0.1:4870",
      CRON_SECRET: "x".repeat(16),
      STRIPE_WEBHOOK_SECRET: "whsec_1234567890",
    };
    expect(parseConfig(env)).toMatchObject({
      supabase: {
        url: "https://x.supabase.co",
        jwtSecret: env.SUPABASE_JWT_SECRET,
        publishableKey: "sb_publishable_123",
        providers: ["google", "github"],
      },
      publicUrl: "http://127.0.0.1:4870",
      cronSecret: env.CRON_SECRET,
      stripe: { webhookSecret: env.STRIPE_WEBHOOK_SECRET },
    });
    const plans = (text: string): unknown => [...(parseConfig({ ...env, STRIPE_PLANS: text }).stripe?.plans ?? [])];
    expect(plans("")).toEqual([
      ["pro", "PRO"],
      ["business", "BUSINESS"],
    ]);
    expect(plans("price_1=PRO , yearly=BUSINESS")).toEqual([
      ["price_1", "PRO"],
      ["yearly", "BUSINESS"],
    ]);
  });

  it("S-36 refuses secret keys of Supabase, and does not repeat them", () => {
    const role = Buffer.from('{"iss":"supabase","role":"service_role"}').toString("base64url");
    for (const key of ["sb_secret_0123456789abcdef", `eyJhbGciOiJIUzI1NiJ9.${role}.c2lnbmF0dXJl`]) {
      const problems = findProblems({ SUPABASE_URL: "https://x.supabase.co", SUPABASE_PUBLISHABLE_KEY: key });
      expect(problems).toEqual(["SUPABASE_PUBLISHABLE_KEY: is a secret key. Set the publishable key of the project"]);
    }
    const problems = findProblems({
      SUPABASE_URL: "https://x.supabase.co",
      SUPABASE_JWT_SECRET: "canary",
      SUPABASE_PUBLISHABLE_KEY: "canary",
      CRON_SECRET: "canary",
      STRIPE_WEBHOOK_SECRET: "canary",
    });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "SUPABASE_JWT_SECRET",
      "SUPABASE_PUBLISHABLE_KEY",
      "STRIPE_WEBHOOK_SECRET",
      "CRON_SECRET",
    ]);
    expect(problems.join()).not.toContain("canary");
  });

  it("S-10 S-52 requires the secrets with PostgreSQL, and reports problems of its URL without the password", () => {
    expect(findProblems({ DATABASE_URL: "postgres://ada:canary-password@db.example/briksync" })).toEqual([
      "BRIKSYNC_JWT_SECRET: is required with PostgreSQL",
      "BRIKSYNC_KEY_PEPPER: is required with PostgreSQL",
    ]);
    const problems = findProblems({ DATABASE_URL: "postgres://ada:canary-password@db.example?sslmode=prefer" });
    expect(problems).toEqual([
      "DATABASE_URL: has no database",
      'DATABASE_URL: has sslmode="prefer". Expected one of disable, require, verify-ca, verify-full',
    ]);
  });

  it("S-20 refuses a proxy range of /0, which would trust every client", () => {
    for (const range of ["0.0.0.0/0", "::/0"]) {
      const [problem] = findProblems({ TRUSTED_PROXIES: range });
      expect(problem).toBe(
        `TRUSTED_PROXIES: "${range}" trusts every client, so any client could forge its IP address. List only your own proxies.`,
      );
    }
  });
});
