import { describe, expect, it } from "vitest";
import { carryFlags } from "./settings.ts";

const profile = { value: "work", source: "flag", name: "--profile" } as const;
const server = { value: "https://keys.example", source: "flag", name: "--server" } as const;
const byEnvironment = { ...server, source: "environment", name: "BRIKSYNC_SERVER" } as const;

describe("a command in a message", () => {
  it("gets the flags of this run after its subcommands, and keeps its arguments", () => {
    const carry = (text: string) => carryFlags(text, { profile, server });
    const flags = "--profile work --server https://keys.example";
    expect(carry("Sign in again: briksync login")).toBe(`Sign in again: briksync login ${flags}`);
    expect(carry("briksync keys rotate api_0123, or wait")).toBe(`briksync keys rotate ${flags} api_0123, or wait`);
    expect(carry("Look with briksync keys list; then continue")).toBe(
      `Look with briksync keys list ${flags}; then continue`,
    );
    expect(carry("For the steps, run: briksync help pipelines")).toBe("For the steps, run: briksync help pipelines");
    expect(carry("briksync keys allow-ip <key> --me")).toBe(`briksync keys allow-ip ${flags} <key> --me`);
  });

  it("gets no flag that this run did not have, and no flag twice", () => {
    expect(carryFlags("briksync login", undefined)).toBe("briksync login");
    expect(carryFlags("briksync login", { profile, server: byEnvironment })).toBe("briksync login --profile work");
    expect(carryFlags("briksync login --profile home", { profile, server })).toBe("briksync login --profile home");
    const whole = "briksync keys rotate CRM --server https://keys.example";
    expect(carryFlags(whole, { profile: { ...profile, source: "default" }, server })).toBe(whole);
  });
});
