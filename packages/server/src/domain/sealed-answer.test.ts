import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openAnswer, sealAnswer } from "./sealed-answer.ts";

const anyKey = fc.string({ minLength: 1, maxLength: 255 });

describe("a sealed answer", () => {
  it("S-10 opens under the key and context it was sealed with", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), anyKey, fc.string(), (text, clientKey, context) => {
        const sealed = sealAnswer(text, { clientKey, context }, randomBytes);
        expect(openAnswer(sealed, { clientKey, context })).toBe(Buffer.from(text, "utf8").toString("utf8"));
      }),
    );
  });

  it("S-10 opens under no other key and no other context", () => {
    fc.assert(
      fc.property(anyKey, anyKey, fc.string(), fc.string(), (clientKey, otherKey, context, otherContext) => {
        const sealed = sealAnswer("sec_1", { clientKey, context }, randomBytes);
        if (otherKey !== clientKey) expect(openAnswer(sealed, { clientKey: otherKey, context })).toBeNull();
        if (otherContext !== context) expect(openAnswer(sealed, { clientKey, context: otherContext })).toBeNull();
      }),
    );
  });

  it("S-10 does not open once a byte was changed or cut off, and shows nothing of its text", () => {
    const seal = { clientKey: "a key", context: "a call" };
    const text = "sec_0123456789abcdef";
    const sealed = sealAnswer(text, seal, randomBytes);
    expect(sealed.includes(text)).toBe(false);
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(openAnswer(changed, seal)).toBeNull();
      expect(openAnswer(sealed.subarray(0, index), seal)).toBeNull();
    }
  });

  it("S-10 is another one each time", () => {
    const seal = { clientKey: "a key", context: "a call" };
    const [one, two] = [sealAnswer("text", seal, randomBytes), sealAnswer("text", seal, randomBytes)];
    expect(one.equals(two)).toBe(false);
  });
});
