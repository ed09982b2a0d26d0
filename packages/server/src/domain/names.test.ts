import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkName, checkNote, toNameKey } from "./names.ts";

function explain(text: string): string {
  const checked = checkName(text);
  if (checked.ok) throw new Error(`${JSON.stringify(text)} was accepted`);
  return checked.message;
}

describe("checkName", () => {
  it.each([
    "CRM Integration",
    "a",
    "Zahlungsabgleich (täglich)",
    "مفتاح الرواتب",
    "給与連携",
    "Payroll ❤️ 2026",
    "🔑",
    "<b>'\";--",
    "__proto__",
  ])("S-36 accepts %j unchanged", (name) => {
    expect(checkName(name)).toEqual({ ok: true, name });
  });

  it("S-36 trims white space and counts the rest", () => {
    expect(checkName("  CRM \u00a0\n")).toEqual({ ok: true, name: "CRM" });
    expect(checkName(` ${"x".repeat(100)} `)).toEqual({ ok: true, name: "x".repeat(100) });
  });

  it("S-36 counts code points", () => {
    expect(checkName("🔑".repeat(100)).ok).toBe(true);
    expect(explain("🔑".repeat(101))).toBe("A name must have at most 100 characters");
    expect(explain("x".repeat(101))).toBe("A name must have at most 100 characters. This one has 101");
    expect(explain("x".repeat(10_000_000))).toBe("A name must have at most 100 characters");
  });

  it.each(["", " ", "\t\n", "\ufeff", "\u3000"])("S-36 refuses the empty name %j", (text) => {
    expect(explain(text)).toBe("A name must have 1 to 100 characters");
  });

  it.each(["a\nb", "a\rb", "a\tb", "a\0b", "a\u001b[31mb", "a\u007fb", "a\u0085b", "a\u009bb", "a\u2028b", "a\u2029b"])(
    "S-36 refuses control characters and line breaks: %j",
    (text) => {
      expect(explain(text)).toContain("control characters");
    },
  );

  it.each(["a\u202eb", "a\u2066b", "a\u2069b", "a\u200eb", "a\u200fb", "a\u061cb"])(
    "S-36 refuses characters that change the writing direction: %j",
    (text) => {
      expect(explain(text)).toContain("direction");
    },
  );

  it.each([
    "a\u200bb",
    "a\u200cb",
    "a\u200db",
    "a\u2060b",
    "a\ufeffb",
    "a\u00adb",
    "a\u180eb",
    "a\u3164b",
    "a\u2800b",
    "a\u{e0041}b",
  ])("S-36 refuses invisible characters: %j", (text) => {
    expect(explain(text)).toContain("invisible");
  });

  it.each(["a\ud800b", "a\udc00b", "a\uffffb", "a\u{1fffe}b", "a\ufffdb"])(
    "S-36 refuses invalid characters: %j",
    (text) => {
      expect(explain(text)).toContain("broken or unassigned");
    },
  );

  it.each([
    "\u0645\u06cc\u200c\u0631\u0648\u062f",
    "\u{1f469}\u200d\u{1f467} family",
    "\u2764\ufe0f\u200d\u{1f525}",
    "\u0d9a\u0dca\u200d\u0dbb",
    "\u0915\u094d\u200c\u0937",
    "\u0915\u094d\u200d\u0937",
    "\u0628\u064e\u200c\u0628",
  ])("S-65 accepts a joiner that changes how the text looks: %j", (name) => {
    expect(checkName(name)).toEqual({ ok: true, name });
  });

  it.each([
    "\u0645\u06cc\u200c",
    "\u200c\u0645\u06cc",
    "\u0645\u200c\u200c\u06cc",
    "\u0627\u200c\u0628",
    "\u0645\u200d\u06cc",
    "a\u200c\u0628",
    "\u{1f469}\u200d",
    "\u{1f469}\u200d\u{1f511}",
    "\u{1f469}\u200db",
    "\u0915\u200c\u0937",
  ])("S-65 refuses an invisible joiner: %j", (text) => {
    expect(explain(text)).toContain("invisible");
  });

  it("S-65 stores composed forms and plain single spaces", () => {
    for (const [typed, name] of [
      ["Cafe\u0301", "Caf\u00e9"],
      ["Acme\u00a0\u2009 Corp", "Acme Corp"],
      ["Acme\u3000Corp", "Acme Corp"],
      ["\u212b", "\u00c5"],
    ] as const) {
      expect(checkName(typed)).toEqual({ ok: true, name });
    }
    expect(checkNote("Cafe\u0301\u00a0x")).toEqual({ ok: true, note: "Caf\u00e9 x" });
  });

  it("S-65 compares names without invisible characters, but with their case", () => {
    expect(toNameKey("\u0645\u06cc\u200c\u0631")).toBe(toNameKey("\u0645\u06cc\u0631"));
    expect(toNameKey("\u2764\ufe0f")).toBe(toNameKey("\u2764"));
    expect(toNameKey(" Cafe\u0301\u00a0 x")).toBe("Caf\u00e9 x");
    expect(toNameKey("acme")).not.toBe(toNameKey("Acme"));
  });

  it("S-36 refuses a name without visible characters", () => {
    expect(explain("\ufe0f")).toBe("A name must contain a visible character");
    expect(explain("\u0301")).toBe("A name must contain a visible character");
  });

  it("S-36 accepts only what a log and a terminal can show, and accepts its own result", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 110 }), (text) => {
        const checked = checkName(text);
        if (!checked.ok) return;
        for (const character of checked.name) {
          const code = character.codePointAt(0) ?? 0;
          const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
          const isHidden = (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e);
          const isIsolate = code >= 0x2066 && code <= 0x2069;
          const isHalf = code >= 0xd800 && code <= 0xdfff;
          expect([code, isControl || isHidden || isIsolate || isHalf]).toEqual([code, false]);
        }
        expect([...checked.name].length).toBeLessThanOrEqual(100);
        expect(checkName(checked.name)).toEqual(checked);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("checkNote", () => {
  it("S-36 may be empty, is trimmed, and has at most 200 characters", () => {
    expect(checkNote("")).toEqual({ ok: true, note: "" });
    expect(checkNote("  CI runner  ")).toEqual({ ok: true, note: "CI runner" });
    expect(checkNote("🔑".repeat(200)).ok).toBe(true);
    expect(checkNote("x".repeat(201))).toEqual({
      ok: false,
      message: "A note must have at most 200 characters. This one has 201",
    });
  });

  it("S-36 refuses characters that are not allowed in names", () => {
    for (const text of ["a\nb", "a\u202eb", "a\u200bb", "a\ud800b"]) expect(checkNote(text).ok).toBe(false);
  });
});
