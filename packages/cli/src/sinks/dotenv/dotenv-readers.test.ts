import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setInDotenv } from "./edit-dotenv.ts";
import { scanSystemd } from "./scan-systemd.ts";

/** systemd's own reader of environment files. It prints the parsed variables and does not need a running systemd. */
const systemdReader = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";
const secret = `sec_${"0123456789abcdef".repeat(3)}`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "briksync-readers-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Lines with every special case of the three grammars, complete and in parts. */
const lines = fc.oneof(
  fc.constantFrom("NAME=old", "export NAME=old", "NAME='old'", 'NAME="old"', "NAME=", "  NAME=old ", "NAME=a b"),
  fc.constantFrom(
    "NAME=old; export NAME",
    "export NAME=old B=1",
    "NAME=old # c",
    "NAME=old#c",
    "NAME =old",
    "NAME: old",
  ),
  fc.constantFrom(
    "A=1",
    "A=1 B=2",
    "# c",
    "; c",
    "# c \\",
    "A=1\\",
    "A='x",
    'A="x',
    "x'",
    'x"',
    "A=`b`",
    "A=$(b)",
    "A=$B",
  ),
  fc.constantFrom(
    "",
    "  ",
    "\t",
    "(",
    ")",
    "{",
    "}",
    "A=it's",
    'A="it\'s"',
    "A='\"'",
    "cat <<E",
    "E",
    "A:",
    "export",
    "A=\\'",
  ),
  fc
    .array(
      fc.constantFrom("NAME", "=", "'", '"', "\\", "#", " ", "A", ";", "`", "$", "(", ")", "old", "\r", "&", "\ufeff"),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join("")),
);
const files = fc
  .tuple(fc.array(lines, { maxLength: 5 }), fc.constantFrom("\n", ""))
  .map(([list, end]) => list.join("\n") + end);

/**
 * Runs each file in a shell. Returns NAME and all other variables, or nothing for a file that the shell cannot read.
 */
function readByShell(texts: readonly string[]): readonly { readonly name: string; readonly others: string }[] {
  const folder = mkdtempSync(join(directory, "sh-"));
  for (const [at, text] of texts.entries()) writeFileSync(join(folder, String(at)), text);
  // With an empty PATH, no word of a file can run a program.
  const script = `i=0; while [ -e "$1/$i" ]; do
    (unset NAME A B; PATH=; . "$1/$i" >/dev/null 2>&1; n=$NAME; unset NAME; printf '%s\\001' "$n"; set; printf '\\002') </dev/null 2>/dev/null || printf '\\002'
    i=$((i + 1)); done`;
  const output = execFileSync("/bin/sh", ["-c", script, "sh", folder], { encoding: "utf8", maxBuffer: 1 << 28 });
  return output
    .split("\u0002")
    .slice(0, -1)
    .map((part) => {
      const [name = "", others = ""] = part.split("\u0001");
      return { name, others: others.replace(/^(n|i|LINENO)=.*$/gm, "") };
    });
}

function readBySystemd(text: string): Readonly<Record<string, string>> {
  const home = join(directory, "systemd");
  mkdirSync(join(home, "environment.d"), { recursive: true });
  writeFileSync(join(home, "environment.d", "0.conf"), text);
  const env = { XDG_CONFIG_HOME: home, HOME: home, PATH: "" };
  const { stdout, error } = spawnSync(systemdReader, [], { env, encoding: "utf8" });
  if (error !== undefined) throw error;
  const pairs = stdout.split("\n").map((each) => /^([^=]+)=([\s\S]*)$/.exec(each) ?? []);
  const named = pairs.map(([, name = "", value = ""]) => [name, value] as const);
  // The system has its own environment files, so filter their variables out.
  return Object.fromEntries(named.filter(([name]) => /^(NAME|A|B|old)$/.test(name)));
}

describe.skipIf(process.platform !== "linux")("C-12 an edit of a dotenv file", () => {
  it("has the new value for dotenv, the system's shell and its systemd, or is refused", {
    timeout: 60_000,
  }, () => {
    expect(existsSync(systemdReader)).toBe(true);
    const accepted: { readonly text: string; readonly edited: string }[] = [];
    for (const text of fc.sample(files, { numRuns: 600, seed: 7 })) {
      const result = setInDotenv(text, "NAME", secret);
      if (result.ok) accepted.push({ text, edited: result.text });
      else expect(result.reason).toMatch(/^line [1-9]/);
    }
    // The editor refuses some files, but not all.
    expect(accepted.length).toBeGreaterThan(70);
    expect(accepted.length).toBeLessThan(630);
    for (const { text, edited } of accepted) {
      const { NAME: _, ...before } = parse(text);
      expect(parse(edited), JSON.stringify(text)).toEqual({ ...before, NAME: secret });
    }
    const [before, after] = [accepted.map(({ text }) => text), accepted.map(({ edited }) => edited)].map(readByShell);
    for (const [at, { text }] of accepted.entries()) {
      const isRead = (before?.[at]?.others ?? "") !== "";
      expect(after?.[at]?.others, JSON.stringify(text)).toBe(before?.[at]?.others);
      if (isRead) expect(after?.[at]?.name, JSON.stringify(text)).toBe(secret);
    }
    for (const { text, edited } of accepted.slice(0, 40)) {
      const { NAME: old, ...others } = readBySystemd(text);
      const { NAME: value, ...left } = readBySystemd(edited);
      expect(left, JSON.stringify(text)).toEqual(others);
      if (old !== undefined || !/export[ \t]+NAME=/.test(text)) expect(value, JSON.stringify(text)).toBe(secret);
    }
  });

  it("is based on a parser that agrees with systemd", () => {
    // systemd uses the last value of a name and ignores empty values.
    const names = (text: string): string[] => {
      const all = scanSystemd(text, true).map(({ name, start, end }) => [name, text.slice(start, end)] as const);
      const values = new Map(all.filter(([, raw]) => /[^"'\\\s]/.test(raw)));
      return [...values].flatMap(([name, raw]) =>
        /^(NAME|A|B|old)$/.test(name) && /[a-z0-9]/.test(raw) ? [name] : [],
      );
    };
    for (const text of fc.sample(files, { numRuns: 60, seed: 11 })) {
      if (text.includes("$")) continue;
      const found = Object.entries(readBySystemd(text)).flatMap(([name, value]) =>
        /[a-z0-9]/.test(value) ? [name] : [],
      );
      expect(found.sort(), JSON.stringify(text)).toEqual(names(text).sort());
    }
  });
});
