import { execFileSync } from "node:child_process";
import { parseEnv } from "node:util";
import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setInDotenv } from "./edit-dotenv.ts";
import { scanDotenv } from "./scan-dotenv.ts";
import { scanShell } from "./scan-shell.ts";
import { scanSystemd } from "./scan-systemd.ts";

const secret = `sec_${"0123456789abcdef".repeat(3)}`;

/** Parts from which every special case of these files can be built. */
const pieces = fc.constantFrom(
  ..."NAME|A|OTHER|export|=|:|'|\"|`|\\|#| |\t|\n|\r\n|\r|x|old|.|-|$|\u2028|\ufeff|é|\n\n|NAME=|A='|B=\"|\nNAME=old\n".split(
    "|",
  ),
);
const anyFile = fc.array(pieces, { maxLength: 40, size: "max" }).map((parts) => parts.join(""));

const line = fc.oneof(
  fc.constantFrom(
    "# a comment",
    "#NAME=commented",
    "",
    "  ",
    "A=1",
    "B='single # no comment'",
    'C="a\nNAME=inside\nb"',
    "; another comment",
    "D=a b # for dotenv and systemd only",
    "set -a",
  ),
  fc.constantFrom(
    "NAME=old",
    "export NAME=old",
    "NAME='old'",
    '  NAME="old"',
    "NAME=old   ",
    "NAME=",
    "NAME=a'b'c",
    "NAME=$(cat old)",
    'NAME="two\nlines"',
  ),
);
const usualFile = fc
  .tuple(
    fc.array(line, { maxLength: 8, size: "max" }),
    fc.constantFrom("\n", "\r\n"),
    fc.boolean(),
    fc.constantFrom("", "\ufeff# first\n"),
  )
  .map(([lines, end, isEnded, mark]) => mark + lines.join(end) + (isEnded ? end : ""));

function decode(raw: string): string {
  const text = raw.replace(/\r\n?/g, "\n");
  const value = text.replace(/^(['"`])([\s\S]*)\1$/gm, "$2");
  return text.startsWith('"') ? value.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : value;
}

function edit(text: string, name = "NAME", value = secret): string {
  const result = setInDotenv(text, name, value, text.includes("\r\n"));
  if (!result.ok) throw new Error(result.reason);
  return result.text;
}

describe("a dotenv file", () => {
  it("is parsed like the dotenv package parses it, for any content", () => {
    fc.assert(
      fc.property(anyFile, (text) => {
        const scanned = Object.fromEntries(
          scanDotenv(text).map(({ name, start, end }) => [name, decode(text.slice(start, end))]),
        );
        expect(scanned).toEqual(parse(text));
      }),
      { numRuns: 5000 },
    );
  });

  it("has the new value for every reader and keeps all other values, or is refused", () => {
    const check = (text: string): boolean => {
      const result = setInDotenv(text, "NAME", secret, text.includes("\r\n"));
      if (!result.ok) return false;
      const { NAME: _, ...before } = parse(text);
      expect(parse(result.text)).toEqual({ ...before, NAME: secret });
      return true;
    };
    fc.assert(
      fc.property(anyFile, (text) => void check(text)),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(usualFile, (text) => {
        expect(check(text)).toBe(true);
        const edited = edit(text);
        expect(parseEnv(edited.replaceAll("\r\n", "\n").replace("\ufeff", ""))["NAME"]).toBe(secret);
        expect(edit(edited)).toBe(edited);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps every byte except the values of that name", () => {
    fc.assert(
      fc.property(usualFile, (text) => {
        const values = scanDotenv(text).filter(({ name }) => name === "NAME");
        const edited = edit(text);
        if (values.length === 0) {
          expect(edited.startsWith(text)).toBe(true);
          return;
        }
        let rest = edited;
        let at = 0;
        for (const { start, end, quote } of values) {
          const kept = text.slice(at, start) + (quote ?? "") + secret + (quote ?? "");
          expect(rest.startsWith(kept)).toBe(true);
          rest = rest.slice(kept.length);
          at = end;
        }
        expect(rest).toBe(text.slice(at));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["no content", "", `NAME=${secret}\n`],
    ["no newline at the end", "A=1", `A=1\nNAME=${secret}\n`],
    ["CRLF", "A=1\r\nNAME=old\r\nB=2\r\n", `A=1\r\nNAME=${secret}\r\nB=2\r\n`],
    ["CRLF and without that name", "A=1\r\n", `A=1\r\nNAME=${secret}\r\n`],
    ["export and quotes", 'export NAME="old"\n', `export NAME="${secret}"\n`],
    ["spaces around the assignment", "  NAME=old  \n", `  NAME=${secret}  \n`],
    ["the name twice", "NAME=1\nA=2\nNAME='3'\n", `NAME=${secret}\nA=2\nNAME='${secret}'\n`],
    ["no value", "NAME=\nA=2\n", `NAME=${secret}\nA=2\n`],
    ["the name in a comment", "#NAME=old\n", `#NAME=old\nNAME=${secret}\n`],
    ["the name inside a value", 'A="x\nNAME=no\n"\n', `A="x\nNAME=no\n"\nNAME=${secret}\n`],
    ["a longer name", "MY_NAME=1\nNAME_2=2\n", `MY_NAME=1\nNAME_2=2\nNAME=${secret}\n`],
    ["a value of several lines", 'NAME="-----\nold\n-----"\nA=1\n', `NAME="${secret}"\nA=1\n`],
    ["a byte order mark before another name", "\ufeffA=1\nNAME=old\n", `\ufeffA=1\nNAME=${secret}\n`],
    ["escaped quotes", 'NAME="a\\"b"\n', `NAME="${secret}"\n`],
    ["lines that only sh runs", "set -a\nA=1 B=2; export C\n", `set -a\nA=1 B=2; export C\nNAME=${secret}\n`],
    ["a value of another name that continues on the next line", "A=1\\\n2\nNAME=old\n", `A=1\\\n2\nNAME=${secret}\n`],
  ])("with %s is edited in place", (_, before, after) => {
    expect(edit(before)).toBe(after);
  });

  it.each([
    [2, "another assignment on the line", "A=1\nexport NAME=old REGION=eu-1\n"],
    [1, "a command after it", "NAME=old; export NAME\n"],
    [1, "a command after quotes", 'NAME="old"; export NAME\n'],
    [1, "a command before it", "set -a; NAME=old\n"],
    [1, "a command that receives the variable", "NAME=old ./run\n"],
    [1, "a comment after the value, which systemd reads as part of it", "NAME=old # why\n"],
    [1, "a comment after quotes", 'NAME="old" # why\n'],
    [1, "a comment without a space", "NAME=old#tight\n"],
    [1, "a comment instead of a value", "NAME= # later\n"],
    [3, "spaces around the equals sign, which make it a command for sh", "A=1\n\n  NAME = old\n"],
    [1, "a colon", "NAME: old\n"],
    [1, "a byte order mark before the name", "\ufeffNAME=old\n"],
    [1, "backticks", "NAME=`old`\n"],
    [1, "a value on a later line", "NAME=\n'x\nNAME=y\n'"],
    [1, "a value that continues on the next line", "NAME=old\\\nmore\n"],
    [2, "a previous line that continues there", "A=1\\\nNAME=old\n"],
    [2, "a previous command that continues there", "true && \\\nNAME=old\n"],
    [2, "a last line that continues", "A=1\\\n"],
    [2, "a last line that continues and has no newline", "A=1\\"],
    [2, "a previous comment that older systemd continues", "# a \\\nNAME=old\n"],
    [2, "a last comment that older systemd continues", "# a \\\n"],
    [1, "an apostrophe that sh reads as a quote", "A=It's fine\nNAME=old\n"],
    [1, "a double quote in a value", 'A=2" pipe\nNAME=old\n'],
    [2, "quotes that some readers see as open", "A=It's\nNAME=old\nB=it's\n"],
    [2, "a here-document", "A=1\ncat <<END\nNAME=old\nEND\n"],
    [1, "a substitution of several lines", "A=$(\nNAME=old\n)\n"],
    [1, "backticks over several lines", "A=`\nNAME=old\n`\n"],
    [1, "a CR that sh reads as part of the value", "NAME=old\r\nA=1\r\n"],
    [1, "lines that end in CR alone", "A=1\rNAME=old\r"],
    [2, "a colon without a value", "A:\n"],
  ])("C-12 is refused with line %i for %s", (line, _, text) => {
    expect(setInDotenv(text, "NAME", secret)).toEqual({
      ok: false,
      reason: expect.stringMatching(new RegExp(`^line ${line}: `)),
    });
  });

  it("C-12 gets a new line that ends in LF if the others end in CRLF, and in CRLF on Windows", () => {
    expect(setInDotenv("A=1\r\n", "NAME", secret)).toEqual({ ok: true, text: `A=1\r\nNAME=${secret}\n` });
    expect(setInDotenv("A=1\r\n", "NAME", secret, true)).toEqual({ ok: true, text: `A=1\r\nNAME=${secret}\r\n` });
  });

  it("quotes values so that every reader and the shell take them literally, or refuses them", () => {
    for (const value of ["a#b", "$HOME", "`id`", 'say"so"', "~x", "a;b&c|d", "!x", "(1)"]) {
      for (const before of ["", 'NAME="old"\n', "NAME=old\n"]) {
        const edited = edit(before, "NAME", value);
        expect(parse(edited)["NAME"]).toBe(value);
        expect(parseEnv(edited)["NAME"]).toBe(value);
        expect(execFileSync("/bin/sh", ["-c", `${edited}\nprintf %s "$NAME"`], { encoding: "utf8" })).toBe(value);
      }
    }
    for (const value of ["it's", "a b", "back\\slash", "two\nlines"]) {
      expect(setInDotenv("", "NAME", value)).toMatchObject({ ok: false });
    }
  });

  it("is parsed in linear time", () => {
    for (const unit of [
      "\n",
      "A='\n",
      'A="\\"',
      "export\n",
      "A:\n",
      "A=\n\n\n",
      "A\n",
      "`",
      "$(",
      "\\\n",
      "A=$({",
      '"$(',
    ]) {
      // A parser with quadratic time would need minutes for each of these files.
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      scanDotenv(text);
      scanShell(text);
      scanSystemd(text, true);
    }
  });
});
