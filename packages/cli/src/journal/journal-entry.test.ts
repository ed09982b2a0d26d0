import { describe, expect, it } from "vitest";
import { type CallIdentity, nameCall } from "./journal-entry.ts";

describe("C-10 the name of a call in the journal", () => {
  const call: CallIdentity = {
    operation: "create",
    server: "https://api.example.com",
    caller: { companyId: "c1", userId: "u1" },
    key: "CRM",
    input: { name: "CRM", allowedIps: ["192.0.2.1"] },
  };

  it("differs if the operation, the server, the caller, the key or the input differs", () => {
    const others: CallIdentity[] = [
      { ...call, operation: "rotate" },
      { ...call, operation: "rotate-staged" },
      { ...call, server: "https://api.example.org" },
      { ...call, caller: null },
      { ...call, caller: { companyId: "c2", userId: "u1" } },
      { ...call, caller: { companyId: "c1", userId: "u2" } },
      { ...call, key: "CRM 2" },
      { ...call, input: { name: "CRM", allowedIps: [] } },
      { ...call, input: { name: "CRM" } },
    ];
    expect(new Set([call, ...others].map(nameCall)).size).toBe(others.length + 1);
  });

  it("does not depend on the order of the input, and reveals nothing about the call", () => {
    const { name, allowedIps } = call.input;
    expect(nameCall({ ...call, input: { allowedIps, name } })).toBe(nameCall(call));
    expect(nameCall(call)).toMatch(/^create-[0-9a-f]{24}$/);
  });
});
