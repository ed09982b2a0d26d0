import { describe, expect, it } from "vitest";
import { describeDetails, namePipeline, omitPipeline } from "./list-events.ts";

describe("the details of an event", () => {
  it("are one short text with arrows for changes, and without IDs and empty values", () => {
    expect(describeDetails({ from: "CRM", to: "CRM (EU)" })).toBe("CRM → CRM (EU)");
    expect(describeDetails({ cidr: "203.0.113.0/24", note: null, expiresAt: "" })).toBe("cidr 203.0.113.0/24");
    expect(describeDetails({ clientId: "api_0123456789abcdef01234567", ipAllowlist: ["10.0.0.0/8", "::1/128"] })).toBe(
      "ipAllowlist 10.0.0.0/8 ::1/128",
    );
    expect(describeDetails({ userId: "6eba0f1c-47c2-40f3-958f-e931abe5dd9f", privilege: 1 })).toBe("privilege 1");
    expect(describeDetails({ nested: { a: [1] }, isOn: true })).toBe('nested {"a":[1]}, isOn true');
    expect(describeDetails({})).toBe("");
  });
});

it("names the trust or the automation token that caused an event", () => {
  expect(namePipeline({ actorKind: "trust", details: { trustName: "Rotate" } })).toBe("trust Rotate");
  expect(namePipeline({ actorKind: "token", details: { tokenName: "Jenkins" } })).toBe("token Jenkins");
  expect(namePipeline({ actorKind: "user", details: { trustName: "Rotate" } })).toBe("");
  expect(namePipeline({ details: {} })).toBe("");
});

it("omits the trust or the automation token from the details only if it caused the event", () => {
  const details = { actorKind: "trust", trustName: "Rotate", runId: "4711" };
  expect(omitPipeline({ actorKind: "trust", details })).toEqual({ runId: "4711" });
  expect(omitPipeline({ actorKind: "user", details: { trustName: "Rotate" } })).toEqual({ trustName: "Rotate" });
  expect(omitPipeline({ details: { tokenName: "Jenkins" } })).toEqual({ tokenName: "Jenkins" });
});
