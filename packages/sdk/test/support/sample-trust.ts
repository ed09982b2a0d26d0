import { BrikSync, type Trust } from "../../src/index.ts";
import type { FakeBrikSync } from "../../src/testing.ts";

/** Claims that a trust for GitHub pins. */
export const pinned = {
  repository_id: "123456",
  repository_owner_id: "654321",
  workflow_path: ".github/workflows/rotate.yml",
  environment: "production",
};

/** Claims of a job on GitHub that {@link pinned} allows. */
export const jobClaims = {
  iss: "https://token.actions.githubusercontent.com",
  repository: "acme/web",
  repository_id: "123456",
  repository_owner_id: "654321",
  ref: "refs/heads/main",
  workflow_ref: "acme/web/.github/workflows/rotate.yml@refs/heads/main",
  job_workflow_ref: "acme/web/.github/workflows/rotate.yml@refs/heads/main",
  environment: "production",
  event_name: "schedule",
  run_id: "4711",
};

/** Creates a key and a trust for it. */
export async function createSampleTrust(
  fake: FakeBrikSync,
  input: Partial<Parameters<BrikSync["trusts"]["create"]>[0]> = {},
): Promise<{ readonly trust: Trust; readonly keyId: string; readonly admin: BrikSync }> {
  const admin = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
  const keyId = fake.addKey("CRM").key.id;
  const trust = await admin.trusts.create({
    name: "Rotate CRM",
    provider: "github",
    claims: pinned,
    may: ["rotate"],
    keyIds: [keyId],
    ...input,
  });
  return { trust, keyId, admin };
}
