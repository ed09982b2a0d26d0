import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputTail, redactSecret } from "./output-tail.ts";

const secret = "s3cret/+=%&Value";

function readTail(chunks: readonly string[]): readonly string[] {
  const tail = new OutputTail();
  for (const chunk of chunks) tail.add(Buffer.from(chunk));
  return tail.readLines(secret);
}

describe("the output of a program", () => {
  it("is reduced to its last lines", () => {
    expect(readTail(["one\r\n\ntw", "o\n", "  three  ", "\n\t* fo\tur"])).toEqual(["one", "two", "three", "* fo ur"]);
    expect(readTail([Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join("")])).toHaveLength(6);
  });

  it("C-07 cannot control the terminal, and has a limited length", () => {
    expect(readTail(["\u001b[2J\u001b]0;x\u0007"])).toEqual(["\\x1b[2J\\x1b]0;x\\x07"]);
    expect(readTail(["x".repeat(100_000)])[0]?.length ?? 0).toBeLessThan(400);
  });

  it("C-04 never shows the secret, whatever surrounds it and wherever it is cut", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(70_000), (before, after, noise) => {
        const text = `${before}${secret}${after}${"y".repeat(noise)}`;
        for (const at of [10, Math.floor(text.length / 2)]) {
          const lines = readTail([text.slice(0, at), text.slice(at)]);
          expect(lines.join("\n")).not.toContain(secret.slice(2, 12));
        }
      }),
    );
    // The last 64 KiB start in the middle of the secret.
    for (let cut = 0; cut <= secret.length; cut += 1) {
      expect(readTail([secret + "z".repeat(64 * 1024 - cut)]).join("")).not.toMatch(/Value|s3cret/);
    }
  });

  it("C-04 has the secret redacted in every common encoding", () => {
    const bytes = Buffer.from(secret);
    for (const text of [
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
      bytes.toString("hex"),
      bytes.toString("base64"),
      bytes.toString("base64url"),
      Buffer.from(`user:${secret}`).toString("base64"),
      Buffer.from(`{"a":"${secret}"}`).toString("base64"),
      Buffer.from(`12${secret}34`).toString("base64"),
    ]) {
      expect(redactSecret(`before ${text} after`, secret)).toMatch(/^before .*\[secret\].* after$/);
    }
    expect(redactSecret("sec_0123456789abcdef", "")).toBe("sec_…");
  });

  it("C-04 has the secret redacted if it is split into lines or cut", () => {
    expect(redactSecret(`${secret.slice(0, 8)}\n${secret.slice(8)}`, secret)).toBe("[secret]\n[secret]");
    expect(redactSecret(`x${secret.slice(3)}`, secret)).toBe("x[secret]");
    expect(redactSecret(secret.repeat(2), secret)).toMatch(/^(\[secret\])+$/);
    expect(redactSecret("nothing of it", secret)).toBe("nothing of it");
    expect(redactSecret("ab", "a")).toBe("[secret]b");
  });
});
