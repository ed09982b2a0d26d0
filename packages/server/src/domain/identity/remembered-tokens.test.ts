import { describe, expect, it } from "vitest";
import { RememberedTokens } from "./remembered-tokens.ts";

describe("remembered tokens", () => {
  it("S-65 expire by the monotonic clock, together with their address", () => {
    let nowMs = 0;
    const tokens = new RememberedTokens({ nowMs: () => nowMs, maxUsers: 10 });
    tokens.note("ada", "first", 1_000);
    tokens.noteAddress("ada", "ada@new.example");
    tokens.noteAddress("grace", "grace@new.example");
    nowMs = 999;
    expect([tokens.find("ada"), tokens.findAddress("ada")]).toEqual(["first", "ada@new.example"]);
    expect(tokens.findAddress("grace")).toBeNull();
    nowMs = 1_000;
    expect([tokens.find("ada"), tokens.findAddress("ada")]).toEqual([null, null]);
  });

  it("S-65 keep the address when a newer token arrives, and drop the users who were seen longest ago", () => {
    const tokens = new RememberedTokens({ nowMs: () => 0, maxUsers: 2 });
    tokens.note("ada", "first", 1_000);
    tokens.noteAddress("ada", "ada@new.example");
    tokens.note("grace", "other", 1_000);
    tokens.note("ada", "second", 1_000);
    tokens.note("mary", "third", 1_000);
    expect([tokens.find("ada"), tokens.findAddress("ada")]).toEqual(["second", "ada@new.example"]);
    expect([tokens.find("grace"), tokens.find("mary")]).toEqual([null, "third"]);
    tokens.forget("ada");
    expect(tokens.find("ada")).toBeNull();
  });
});
