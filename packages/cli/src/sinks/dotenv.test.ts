import { execFileSync } from "node:child_process";
import { parseEnv } from "node:util";
import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setInDotenv } from "./edit-dotenv.ts";
import { scanDotenv } from "./scan-dotenv.ts";

const secret = `sec_${"0123456789abcdef".repeat(3)}`;

/** Pieces out of which every trap of these files can be put together. */
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
    "D=`x'y`",
  ),
  fc.constantFrom(
    "NAME=old",
    "export NAME=old",
    "NAME='old'",
    'NAME="old"  # why',
    "  NAME = old",
    "NAME=",
    "NAME=old#tight",
    'NAME="two\nlines"',
  ),
);
const usualFile = fc
  .tuple(
    fc.array(line, { maxLength: 8, size: "max" }),
    fc.constantFrom("\n", "\r\n"),
    fc.boolean(),
    fc.constantFrom("", "\ufeff"),
  )
  .map(([lines, end, isEnded, mark]) => mark + lines.join(end) + (isEnded ? end : ""));

function decode(raw: string): string {
  const text = raw.replace(/\r\n?/g, "\n");
  const value = text.replace(/^(['"`])([\s\S]*)\1$/gm, "$2");
  return text.startsWith('"') ? value.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : value;
}

function edit(text: string, name = "NAME", value = secret): string {
  const result = setInDotenv(text, name, value);
  if (!result.ok) throw new Error(result.reason);
  return result.text;
}

describe("a dotenv file", () => {
  it("is understood as the dotenv package understands it, whatever it is", () => {
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

  it("has the new value for every reader after the edit, and everything else in place, or is refused", () => {
    const check = (text: string): boolean => {
      const result = setInDotenv(text, "NAME", secret);
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

  it("keeps every byte that is not a value of that name", () => {
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
          // The one byte that may come in: a blank that makes `#tight` the comment it is to some readers, for all.
          if (text.charAt(end) === "#") rest = rest.replace(/^ /, "");
          at = end;
        }
        expect(rest).toBe(text.slice(at));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["nothing", "", `NAME=${secret}\n`],
    ["no line end at the end", "A=1", `A=1\nNAME=${secret}\n`],
    ["CRLF", "A=1\r\nNAME=old\r\nB=2\r\n", `A=1\r\nNAME=${secret}\r\nB=2\r\n`],
    ["CRLF and no such name", "A=1\r\n", `A=1\r\nNAME=${secret}\r\n`],
    ["export, quotes and a comment", 'export NAME="old" # of the CRM\n', `export NAME="${secret}" # of the CRM\n`],
    ["blanks", "  NAME =  old  \n", `  NAME =  ${secret}  \n`],
    ["the name twice", "NAME=1\nA=2\nNAME='3'\n", `NAME=${secret}\nA=2\nNAME='${secret}'\n`],
    ["no value", "NAME=\nA=2\n", `NAME=${secret}\nA=2\n`],
    ["no value and a comment", "NAME= # later\n", `NAME=${secret} # later\n`],
    ["a comment that is one only to some", "NAME=old#note\n", `NAME=${secret} #note\n`],
    ["the name in a comment", "#NAME=old\n", `#NAME=old\nNAME=${secret}\n`],
    ["the name inside a value", 'A="x\nNAME=no\n"\n', `A="x\nNAME=no\n"\nNAME=${secret}\n`],
    ["a longer name", "MY_NAME=1\nNAME_2=2\n", `MY_NAME=1\nNAME_2=2\nNAME=${secret}\n`],
    ["a value of several lines", 'NAME="-----\nold\n-----"\nA=1\n', `NAME="${secret}"\nA=1\n`],
    ["a mark of byte order", "\ufeffNAME=old\n", `\ufeffNAME=${secret}\n`],
    ["escaped quotes", 'NAME="a\\"b"\n', `NAME="${secret}"\n`],
  ])("with %s is edited in place", (_, before, after) => {
    expect(edit(before)).toBe(after);
  });

  it("is refused where a reader could be led astray", () => {
    for (const text of ["NAME=\n'x\nNAME=y\n'", "NAME:\nOTHER=1\n", "A:"]) {
      expect(setInDotenv(text, "NAME", secret)).toMatchObject({ ok: false });
    }
  });

  it("holds values that need quotes in such as every reader and the shell take literally, or none", () => {
    for (const value of ["a#b", "$HOME", "`id`", 'say"so"', "~x", "a;b&c|d", "!x", "(1)"]) {
      for (const before of ["", 'NAME="old"\n', "NAME=old # c\n"]) {
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

  it("is read in time that grows with its size only", () => {
    for (const unit of ["\n", "A='\n", 'A="\\"', "export\n", "A:\n", "A=\n\n\n", "A\n", "`"]) {
      const text = unit.repeat(Math.ceil(200_000 / unit.length));
      const start = performance.now();
      scanDotenv(text);
      expect(performance.now() - start, JSON.stringify(unit)).toBeLessThan(2000);
    }
  });
});
