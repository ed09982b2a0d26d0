import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePostgresUrl } from "./postgres-url.ts";

function read(text: string) {
  const parsed = parsePostgresUrl(text);
  if (!parsed.ok) throw new Error(parsed.problems.join("; "));
  return parsed.location;
}

function refuse(text: string): readonly string[] {
  const parsed = parsePostgresUrl(text);
  return parsed.ok ? [] : parsed.problems;
}

describe("a postgres:// URL", () => {
  it("contains the server, the user and the options", () => {
    expect(read("postgres://ada:s%40cret@db.example:6432/briksync?application_name=node-1")).toEqual({
      engine: "postgres",
      host: "db.example",
      port: 6432,
      database: "briksync",
      user: "ada",
      password: "s@cret",
      tls: { mode: "verify-full", authorityFile: undefined, certificateFile: undefined, keyFile: undefined },
      applicationName: "node-1",
    });
    expect(read("postgresql://ada@[::1]/b")).toMatchObject({ host: "::1", port: 5432, password: undefined });
    expect(read("postgres://ada@localhost/b?host=/run/postgresql")).toMatchObject({ host: "/run/postgresql" });
  });

  it.each([
    ["127.0.0.1", "", "disable"],
    ["localhost", "", "disable"],
    ["[::1]", "", "disable"],
    ["localhost", "?host=/run/postgresql", "disable"],
    ["10.0.0.5", "", "verify-full"],
    ["127.0.0.1.example.com", "", "verify-full"],
    ["db.example", "?sslmode=disable", "disable"],
    ["db.example", "?sslmode=require", "require"],
    ["db.example", "?sslmode=require&sslrootcert=/ca.pem", "verify-ca"],
    ["127.0.0.1", "?sslmode=verify-full", "verify-full"],
  ])("S-52 to %s%s is secured by %s", (host, query, mode) => {
    expect(read(`postgres://u@${host}/d${query}`).tls.mode).toBe(mode);
  });

  it.each([
    ["postgres:", "has no host"],
    ["postgres://", "has no host"],
    ["postgres://h/d", "has no user"],
    ["postgres://u@h", "has no database"],
    ["postgres://u@h/", "has no database"],
    ["postgres://u@h/a/b", "has no database"],
    ["postgres://u@h1,h2/d", "has several hosts"],
    ["postgres://u@h/d?sslmode=prefer", 'has sslmode="prefer"'],
    ["postgres://u@h/d?sslmode=allow", 'has sslmode="allow"'],
    ["postgres://u@h/d?sslmode=", 'has sslmode=""'],
    ["postgres://u@h/d?sslmode=require&sslmode=disable", "contains the parameter sslmode twice"],
    ["postgres://u@h/d?sslMode=disable", 'has the unknown parameter "sslMode"'],
    ["postgres://u@h/d?sslcert=/c.pem", "has only one of sslcert and sslkey"],
    ["postgres://u@localhost/d?host=/run&sslmode=require", "requires TLS, which a Unix socket does not support"],
    ["postgres://u:%zz@h/d", "has a %"],
    ["postgres://u:a#b@h/d", "is not a URL"],
  ])("S-52 %s is refused: %s", (text, problem) => {
    expect(refuse(text).join("\n")).toContain(problem);
  });

  it("S-10 returns everything that was encoded in it, and reports problems without the password", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ minLength: 8, unit: "binary-ascii" }),
        (user, password) => {
          const authority = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@db.example`;
          expect(read(`postgres://${authority}/briksync`)).toMatchObject({ user, password });
          for (const bad of [`postgres://${authority}`, `postgres://${authority}/d?x=1`]) {
            const text = refuse(bad).join("\n");
            expect(text).not.toBe("");
            if (/^[a-z0-9]+$/i.test(password)) expect(text).not.toContain(password);
          }
        },
      ),
    );
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parsePostgresUrl(`postgres:${text}`)));
  });
});
