import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Cases, useOperationCalls } from "../support/audited-operations/calls.ts";
import { listIntegrationCases } from "../support/audited-operations/integration-cases.ts";
import { listKeyCases } from "../support/audited-operations/key-cases.ts";
import { listRotationCases } from "../support/audited-operations/rotation-cases.ts";
import { listSessionCases } from "../support/audited-operations/session-cases.ts";
import { listTokenCases } from "../support/audited-operations/token-cases.ts";
import { listTrustCases } from "../support/audited-operations/trust-cases.ts";
import { listVerifyCases } from "../support/audited-operations/verify-cases.ts";
import { verifyRefusals } from "../support/declared-errors.ts";
import { operations as listedOperations } from "../support/operations.ts";
import {
  auditedTables,
  listAuditedChanges,
  listChangesOfRefusal,
  listNewEvents,
  readState,
} from "../support/state-of-tables.ts";

describe("S-60 every operation", () => {
  const calls = useOperationCalls();
  const { server } = calls;
  const operations: Cases = {
    ...listIntegrationCases(calls),
    ...listSessionCases(calls),
    ...listKeyCases(calls),
    ...listRotationCases(calls),
    ...listTrustCases(calls),
    ...listTokenCases(calls),
    ...listVerifyCases(calls),
  };

  it("has an entry with an accepted call and, if possible, a refused call", () => {
    const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../openapi.json"), "utf8"));
    const described = Object.values<Record<string, { operationId: string }>>(document.paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);
    expect(Object.keys(operations).sort()).toEqual(described.sort());
    for (const [operation, cases] of Object.entries(operations)) {
      expect(
        cases.some(({ status }) => status < 400),
        operation,
      ).toBe(true);
      const isRefused = cases.some(({ status }) => status >= 400);
      expect(isRefused, operation).toBe(!["getHealth", "getReadiness", "getSignInMethods"].includes(operation));
    }
    expect(auditedTables).toEqual(
      expect.arrayContaining([
        "companies",
        "users",
        "memberships",
        "sessions",
        "api_keys",
        "key_secrets",
        "ip_allowlist",
        "trusts",
        "trust_keys",
        "automation_tokens",
        "automation_token_keys",
        "automation_token_secrets",
      ]),
    );
  });

  it("has a case without a session, and for a key of another company, wherever there can be one", () => {
    for (const { id, caller, path } of listedOperations) {
      const statuses = operations[id]?.map(({ status }) => status);
      if (["session", "manage-keys", "mint-secrets"].includes(caller)) expect(statuses, id).toContain(401);
      if (path.includes("/keys/{id}")) expect(statuses, id).toContain(404);
    }
  });

  const seenOfVerify = new Set<unknown>();
  const listed = Object.entries(operations).flatMap(([operation, cases]) =>
    cases.map((each) => [operation, each.name, each.status, each] as const),
  );
  it.each(listed)("%s %s returns %i, and changes only what it should", async (operation, _name, _status, each) => {
    const call = await each.prepare();
    await flushWrites();
    const before = await readState(server.database);
    const { method, path, ...rest } = call;
    const response = await server.call(method, path, rest);
    await flushWrites();
    const after = await readState(server.database);
    expect(response.status, response.text).toBe(each.status);
    if (operation === "verify") seenOfVerify.add(response.headers["x-briksync-error-type"]);
    const events = listNewEvents(before, after);
    expect(events.map(({ action }) => action)).toEqual(each.events ?? []);
    for (const { requestId } of events) expect(requestId).toBe(response.headers["x-request-id"]);
    if (response.status >= 400 && each.changesDespiteRefusal === undefined) {
      expect(listChangesOfRefusal(before, after)).toEqual([]);
    }
    const changes = listAuditedChanges(before, after);
    expect(changes).toEqual(each.changes ?? []);
    if (changes.length > 0) expect(events.length).toBeGreaterThan(0);
  });

  it("has a case for every refusal of verify", () => {
    expect(verifyRefusals.filter((type) => !seenOfVerify.has(type))).toEqual([]);
  });

  /** Flushes what the server writes later. */
  async function flushWrites(): Promise<void> {
    await server.deps.usage.flush();
    await server.deps.failedSignIns.flush();
  }
});
