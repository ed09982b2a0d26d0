import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { formatSecretFrame } from "../../src/secrets/print-secret.ts";
import { formatCsvRow, formatJson } from "../../src/terminal/data-formats.ts";
import { plainColors } from "../../src/terminal/styles.ts";
import { formatTable, truncate } from "../../src/terminal/table.ts";
import { breakRunnerCommands, sanitizeScreen, sanitizeText } from "../../src/text/sanitize.ts";
import { formatRelativeTime } from "../../src/text/time.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must never come out
const steering = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const anyText = fc.string({ unit: "binary", maxLength: 40 });

describe("C-07 sanitizeText", () => {
  it("escapes everything that controls a terminal, and changes nothing else", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = sanitizeText(text);
        expect(safe).not.toMatch(steering);
        expect(safe).not.toMatch(/\p{Cs}/u);
        expect(sanitizeText(safe)).toBe(safe);
      }),
    );
    for (const text of ["Ada Lovelace", "Zürich 東京 שלום", "👩‍👩‍👧 family", "naïve—“quoted”", "می‌خواهم"])
      expect(sanitizeText(text)).toBe(text);
  });

  it("shows the escaped characters", () => {
    expect(sanitizeText("a\u001b[31mb\u202ec\nd\te\u009b")).toBe("a\\x1b[31mb\\u{202e}c\\nd\\te\\x9b");
  });
});

describe("C-07 sanitizeScreen", () => {
  it("keeps only lines and colors", () => {
    expect(sanitizeScreen("\u001b[1mbold\u001b[22m\n\tin")).toBe("\u001b[1mbold\u001b[22m\n\tin");
    expect(sanitizeScreen("\u001b]0;title\u0007\u001b[2J\r\u202e")).toBe("\\x1b]0;title\\x07\\x1b[2J\\r\\u{202e}");
  });
});

describe("C-07 breakRunnerCommands", () => {
  it.each([
    ["::stop-commands::token", ": :stop-commands::token"],
    ["one\n \t\u3000::error::two\n", "one\n \t\u3000: :error::two\n"],
    ["a,b\r\n::warning::c\r\n", "a,b\r\n: :warning::c\r\n"],
    ["in a name ###[error]x", "in a name ## #[error]x"],
    ["std::vector, 2001:db8::/32, #[x] ##", "std::vector, 2001:db8::/32, #[x] ##"],
  ])("%j", (text, broken) => {
    expect(breakRunnerCommands(text)).toBe(broken);
  });
});

describe("formatJson", () => {
  it("C-07 contains nothing that a CI runner reads as a command", () => {
    const value = { name: "::stop-commands::x", note: "##[error]y\n::z", "##[k": "###[" };
    const text = formatJson(value);
    expect(text).not.toMatch(/##\[|^\s*::/m);
    expect(JSON.parse(text)).toEqual(value);
  });

  it("C-07 has the same meaning, without characters that control a terminal", () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        const text = formatJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.replaceAll("\n", "")).not.toMatch(steering);
      }),
    );
  });
});

describe("formatCsvRow", () => {
  it("follows RFC 4180", () => {
    expect(formatCsvRow(["a", 'say "hi"', "x,y", ""])).toBe('a,"say ""hi""","x,y",\n');
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\tx", "\rx"])(
    "prevents a spreadsheet from running %j",
    (cell) => {
      expect(formatCsvRow([cell])).toMatch(/^"?'/);
    },
  );

  it.each([
    ["a;=1+1", `"a;'=1+1"\n`],
    ["a;b;-1", `"a;b;'-1"\n`],
    ["a;＝1", `"a;'＝1"\n`],
    ['a;"=1', `"a;'""=1"\n`],
    ["a;b", `"a;b"\n`],
    ["a\tb", `"a\\tb"\n`],
  ])("keeps %j in one cell without a formula, even if a program splits rows at other characters", (cell, row) => {
    expect(formatCsvRow([cell])).toBe(row);
  });

  it("is always one line that parses to the same number of cells", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), (cells) => {
        const row = formatCsvRow(cells);
        expect(row.indexOf("\n")).toBe(row.length - 1);
        expect(countCells(row.slice(0, -1))).toBe(cells.length);
      }),
    );
  });

  function countCells(row: string): number {
    let count = 1;
    let isQuoted = false;
    for (const character of row) {
      if (character === '"') isQuoted = !isQuoted;
      else if (character === "," && !isQuoted) count += 1;
    }
    return count;
  }
});

describe("formatRelativeTime", () => {
  const now = new Date("2026-02-01T12:00:00.000Z");
  it.each([
    [null, "never"],
    ["2026-02-01T11:59:58.000Z", "just now"],
    ["2026-02-01T11:59:30.000Z", "30 seconds ago"],
    ["2026-02-01T11:58:01.000Z", "1 minute ago"],
    ["2026-02-01T10:00:00.000Z", "2 hours ago"],
    ["2026-01-31T11:00:00.000Z", "1 day ago"],
    ["2026-01-20T12:00:00.000Z", "1 week ago"],
    ["2025-11-01T12:00:00.000Z", "3 months ago"],
    ["2023-02-01T00:00:00.000Z", "3 years ago"],
    ["2026-02-01T14:30:00.000Z", "in 2 hours"],
    ["2026-02-01T12:00:05.000Z", "in a moment"],
    ["not a time", "not a time"],
  ])("%s is %s", (time, text) => {
    expect(formatRelativeTime(time, now)).toBe(text);
  });
});

describe("formatTable", () => {
  const columns = [{ header: "NAME", widthMin: 8 }, { header: "ID" }, { header: "NOTE", widthMin: 6, dropOrder: 1 }];
  const rows = [
    ["A rather long name of a key", "0a1b2c3d4e5f", "some remark that is long"],
    ["東京オフィスのキー", "0a1b2c3d4e60", ""],
  ];

  it("has no borders and no trailing blanks, and truncates nothing without a terminal", () => {
    expect(formatTable(columns, rows, undefined)).toBe(
      [
        "NAME                         ID            NOTE",
        "A rather long name of a key  0a1b2c3d4e5f  some remark that is long",
        "東京オフィスのキー           0a1b2c3d4e60",
        "",
      ].join("\n"),
    );
  });

  it("truncates the widest column first, and never IDs", () => {
    expect(formatTable(columns, rows, 48)).toBe(
      [
        "NAME              ID            NOTE",
        "A rather long n…  0a1b2c3d4e5f  some remark tha…",
        "東京オフィスの…   0a1b2c3d4e60",
        "",
      ].join("\n"),
    );
  });

  it("drops optional columns, then prints each row as a block", () => {
    expect(formatTable(columns, rows, 24)).not.toContain("NOTE");
    expect(formatTable(columns, rows, 24)).toContain("0a1b2c3d4e5f");
    expect(formatTable(columns, rows, 16)).toContain("ID: 0a1b2c3d4e5f\n");
  });

  it("fits every possible width, for any text", () => {
    const unit = fc.constantFrom(..."aZ9 -.,ÄßçñŁжש", "東", "キ", "한", "é", "😀", "👩‍👩‍👧");
    const cell = fc.string({ unit, maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.constant("0a1b2c3d4e5f"), cell), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 24, max: 120 }),
        (lines, width) => {
          for (const line of formatTable(columns, lines, width).split("\n")) {
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });
});

describe("truncate", () => {
  it("never exceeds the width and never splits a character", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 40 }).map(sanitizeText),
        fc.integer({ min: 1, max: 40 }),
        (text, width) => {
          const cut = truncate(text, width);
          expect(stringWidth(cut)).toBeLessThanOrEqual(width);
          expect(text.startsWith(cut.replace(/…$/, "")) || cut === text).toBe(true);
        },
      ),
    );
    expect(truncate("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5)).toBe("👩‍👩‍👧👩‍👩‍👧…");
  });
});

describe("formatSecretFrame", () => {
  it("has the values at the end of their lines, so that they can be copied", () => {
    const frame = formatSecretFrame({ "Client ID": "api_1", "Client secret": "sec_2" }, plainColors, 80);
    const rule = "─".repeat(45);
    expect(frame).toBe(
      [
        rule,
        "  Client ID      api_1",
        "  Client secret  sec_2",
        "",
        "  The secret is shown only once. Copy it now.",
        rule,
        "",
      ].join("\n"),
    );
  });
});
