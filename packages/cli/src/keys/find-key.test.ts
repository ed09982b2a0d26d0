import type { ApiKey } from "@briksync/sdk";
import { describe, expect, it } from "vitest";
import { CliError } from "../errors/cli-error.ts";
import { pickKey } from "./find-key.ts";

function makeKey(number: number, name: string, status = "active"): ApiKey {
  const hex = String(number).padStart(12, "0");
  return {
    id: `00000000-0000-4000-8000-${hex}`,
    clientId: `api_${hex.repeat(2)}`,
    name,
    status,
    lastUsedAt: null,
    createdOn: `2026-01-0${number}T08:00:00.000Z`,
    revokedOn: status === "revoked" ? "2026-02-01T08:00:00.000Z" : null,
  };
}

const crm = makeKey(1, "CRM Integration");
const oldCrm = makeKey(2, "CRM Integration", "revoked");
const twinA = makeKey(3, "Twin");
const twinB = makeKey(4, "Twin");
const gone = makeKey(5, "Gone", "revoked");
const keys = [crm, oldCrm, twinA, twinB, gone];

function fail(text: string, among: readonly ApiKey[] = keys): CliError {
  try {
    pickKey(among, text);
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  throw new Error(`${text} was found`);
}

describe("a key", () => {
  it("is found by its ID, its client ID, or a name that is unique among active keys", () => {
    expect(pickKey(keys, crm.id)).toBe(crm);
    expect(pickKey(keys, gone.clientId)).toBe(gone);
    expect(pickKey(keys, "CRM Integration")).toBe(crm);
    expect(pickKey(keys, "  CRM Integration ")).toBe(crm);
  });

  it("is found by its client ID even if another key has that text as its name", () => {
    const impostor = makeKey(6, crm.clientId);
    expect(pickKey([impostor, crm], crm.clientId)).toBe(crm);
  });

  it("is found by its name in any Unicode normalization form", () => {
    const key = makeKey(7, "Café".normalize("NFD"));
    expect(pickKey([key], "Café".normalize("NFC"))).toBe(key);
  });

  it("is not found by its name in another letter case", () => {
    expect(fail("crm integration")).toMatchObject({ type: "NOT_FOUND", exitCode: 3 });
    expect(fail("crm integration").details).toEqual([expect.stringContaining(crm.clientId)]);
  });

  it("is ambiguous if two active keys have the name, and the error lists both with exit code 2", () => {
    const error = fail("Twin");
    expect(error).toMatchObject({ type: "AMBIGUOUS", exitCode: 2, message: '2 active keys are named "Twin".' });
    expect(error.details).toHaveLength(2);
    for (const [index, key] of [twinA, twinB].entries()) {
      for (const part of [key.name, key.clientId, key.id, key.createdOn.slice(0, 19)])
        expect(error.details[index]).toContain(part);
    }
  });

  it("that is revoked is not found by its name, but the error lists it", () => {
    const error = fail("Gone");
    expect(error).toMatchObject({
      type: "NOT_FOUND",
      message: 'No active key is named "Gone". These revoked keys have that name:',
    });
    expect(error.details[0]).toContain(`${gone.clientId}  created 2026-01-05T08:00:00Z, revoked 2026-02-01T08:00:00Z`);
  });

  it("with an empty text as its name is a usage error, because a variable was probably empty", () => {
    expect(fail("  ")).toMatchObject({ type: "USAGE", exitCode: 2 });
  });
});
