import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CliError } from "../errors/cli-error.ts";
import { fillPath, fillPlaceholders, isUnknown, rulePathPart, ruleShellWord } from "./placeholders.ts";

const key = { name: "CRM", id: "0b54", clientId: "api_1" };

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof CliError && error.type === "USAGE") return null;
    throw error;
  }
}

/** Names that users and hostile servers choose. */
const anyName = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    "..",
    ".",
    "/etc/passwd",
    "../../x",
    "a/b",
    "a\\b",
    "$(id)",
    "`id`",
    "'; id; '",
    '"',
    "-rf",
    "*",
    "a b",
    "a\nb",
    "~",
    "C:",
    "é",
  ),
);

describe("a placeholder", () => {
  it("is replaced with the value of the key, and a doubled one with its own text", () => {
    const fill = (text: string) => fillPlaceholders(text, key, () => null);
    expect(fill("{name}-{id}-{clientId}-{name}")).toBe("CRM-0b54-api_1-CRM");
    expect(fill("{{name}} {{id}} {other} {} {Name}")).toBe("{name} {id} {other} {} {Name}");
    expect(fill("none")).toBe("none");
  });

  it("in a value is not replaced again", () => {
    expect(fillPlaceholders("{name}", { ...key, name: "{id}" }, () => null)).toBe("{id}");
  });

  it("is unknown until the key is created", () => {
    expect(isUnknown("x/{id}", { name: "CRM" })).toBe(true);
    expect(isUnknown("x/{name}/{{id}}", { name: "CRM" })).toBe(false);
    expect(fillPlaceholders("x/{id}", { name: "CRM" }, () => null)).toBeNull();
  });

  it("is refused for an unsuitable value, and the error says which one is suitable", () => {
    const fill = () => fillPlaceholders("exec {name}", { ...key, name: "$(id)" }, ruleShellWord);
    expect(fill).toThrow(
      expect.objectContaining({
        message:
          'The name of the key, "$(id)", cannot be used in "exec {name}": it has characters that a shell could interpret.',
        hint: expect.stringContaining("{clientId}"),
      }),
    );
  });

  it("in a path never leads out of its directory", () => {
    const templates = [
      "/safe/{name}",
      "/safe/x-{name}.txt",
      "/safe/{name}/secret",
      "/safe/.{name}",
      "/safe/{name}{name}",
    ];
    fc.assert(
      fc.property(anyName, fc.constantFrom(...templates), (name, template) => {
        const path = attempt(() => fillPath(template, { ...key, name }));
        if (path === null) return;
        expect(resolve(path).startsWith("/safe/")).toBe(true);
        expect(resolve(path).split("/")).toHaveLength(template.split("/").length);
      }),
      { numRuns: 2000 },
    );
    for (const name of ["..", ".", "a/b", "\0", "", "a\\b"])
      expect(attempt(() => fillPath("/safe/{name}", { ...key, name }))).toBeNull();
    expect(attempt(() => fillPath("../{name}", key))).toBe("../CRM");
    expect(rulePathPart("CRM Integration (EU)")).toBeNull();
  });

  it.skipIf(process.platform === "win32")(
    "C-04 in a command is the same word in every kind of quotes, or is refused",
    () => {
      const accepted = fc
        .sample(anyName, 3000)
        .concat("CRM", "api_0f", "0b54-11", "a.b,c:d@e%f+g=h")
        .filter((name) => attempt(() => fillPlaceholders("{name}", { ...key, name }, ruleShellWord)) !== null);
      expect(accepted).toContain("a.b,c:d@e%f+g=h");
      const template = `set -- {name} "{name}" '{name}' "$(printf %s {name})" "$(sh -c 'printf %s {name}')"; printf '%s\\n' "$@"`;
      for (const name of new Set(accepted)) {
        const line = fillPlaceholders(template, { ...key, name }, ruleShellWord) ?? "";
        const printed = execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" });
        expect(printed).toBe(`${name}\n`.repeat(5));
      }
    },
  );
});
