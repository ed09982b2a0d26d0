import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { createSignedIn } from "../support/people.ts";
import { usePipelines } from "../support/pipelines.ts";
import { sampleClaims } from "../support/workload-claims.ts";

const unknownTrust = "00000000-0000-4000-8000-000000000000";

describe("a refused exchange", () => {
  const pipelines = usePipelines();
  const { createTrust, sign, explain, startRun, call, exchange } = pipelines;

  /** Returns status, headers and body without the parts that differ in each response. */
  function toComparable({ status, headers, text, body }: Awaited<ReturnType<typeof exchange>>): unknown {
    const { date: _, "x-request-id": requestId = "", ...rest } = headers;
    return { status, rest, text: text.replace(String(requestId), ""), type: body?.error?.type };
  }

  it("I-04 never returns the expected value, and shows it to admins only", async () => {
    const { id } = await createTrust("github", {
      claims: { ...sampleClaims.github.pinned, environment: "secret-env" },
    });
    const token = await sign();
    const refused = await exchange(id, token);
    const explained = await explain(id, token);
    for (const { text } of [refused, explained]) expect(text).not.toContain("secret-env");
    expect(expectError(refused, "TRUST_DENIED")).toBe('In the token, environment is "production"');
    expect(explained.body).toEqual({
      allowed: false,
      type: "TRUST_DENIED",
      claims: [
        { claim: "repository_id", has: "74", ok: true },
        { claim: "repository_owner_id", has: "65", ok: true },
        { claim: "workflow_path", has: ".github/workflows/rotate.yml", ok: true },
        { claim: "environment", has: "production", ok: false },
      ],
    });
    const log = await call("GET", `/trusts/${id}/log?refused=true`, pipelines.admin.token);
    expect(log.body).toMatchObject([
      { outcome: "refused", type: "TRUST_DENIED", claim: "environment", has: "production" },
    ]);
    const member = await createSignedIn(pipelines.server, { company: pipelines.admin.companyName, privilege: 3 });
    for (const path of ["/trusts", `/trusts/${id}`, `/trusts/${id}/log`]) {
      expectError(await call("GET", path, member.token), "FORBIDDEN");
    }
    expectError(await call("GET", `/trusts/${id}`, await startRun((await createTrust()).id)), "SCOPE_DENIED");
  });

  it("shows no text of a token in logs and messages that could forge a line", async () => {
    const { id } = await createTrust();
    const environment = `prod\n\u202e${"x".repeat(500)}`;
    const response = await exchange(id, await sign("github", { environment, run_id: "1\u001b[31m" }));
    expect(expectError(response, "TRUST_DENIED")).toContain("prod\ufffd\ufffdxxx");
    const { body } = await call("GET", `/trusts/${id}/log`, pipelines.admin.token);
    expect(body[0].has).toHaveLength(400);
    expect(body[0].run.runId).toBe("1\ufffd[31m");
  });

  it("I-04 returns the same bytes for unknown, foreign and disabled trusts", async () => {
    const disabled = await createTrust();
    await call("POST", `/trusts/${disabled.id}/disable`, pipelines.admin.token);
    const stranger = await createSignedIn(pipelines.server);
    const { id: keyId } = await createTestKey(pipelines.server, stranger.token);
    const foreign = await createTrust(
      "github",
      { keyIds: [keyId], claims: { ...sampleClaims.github.pinned, repository_owner_id: "66" } },
      stranger,
    );
    for (const send of [exchange, explain]) {
      const [unknown, ...others] = await Promise.all(
        [unknownTrust, "no ID", disabled.id, foreign.id].map(async (id) => toComparable(await send(id, await sign()))),
      );
      for (const other of others) expect(other).toEqual(unknown);
    }
    const { body } = await explain(foreign.id, await sign());
    expect(body).toEqual({ allowed: false, type: "TRUST_DENIED", claims: [] });
  });

  it("I-04 returns the same response for invalid tokens, whether the trust exists or not", async () => {
    const { id } = await createTrust();
    const tokens = [
      "x",
      await sign("github", { aud: "https://other.example" }),
      await sign("github", { iss: "https://unknown.example" }),
      `${(await sign()).slice(0, -8)}AAAAAAAA`,
    ];
    for (const token of tokens) {
      const [known, unknown] = [await exchange(id, token), await exchange(unknownTrust, token)];
      expectError(known, "ASSERTION_INVALID");
      expect(toComparable(known)).toEqual(toComparable(unknown));
    }
  });
});
