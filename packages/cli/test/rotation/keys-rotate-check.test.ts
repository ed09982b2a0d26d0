import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { useAdmin, useDirectory, useKey, useServer } from "../support/lifetimes.ts";
import { listSecrets, readResumeLine, useRotation } from "../support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const key = useKey(admin);
const directory = useDirectory(admin);
const { rotate, listStates } = useRotation(admin, key, directory);

describe("the check before the old secret ends", () => {
  it("can be a custom command that reads the secret from standard input", async () => {
    const { exitCode, stdout, stderr } = await rotate(
      "--to",
      "file:secret",
      "--verify-with",
      'test "$(cat)" = "$(cat secret)" && test -n "$BRIKSYNC_KEY_CLIENT_ID"',
      "-o",
      "json",
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ verified: "command" });
  });

  it.each([
    ["fails", "cat > /dev/null; echo 'login refused'; exit 1", "login refused"],
    ["does not read the secret", "true", "without reading the secret"],
  ])("that %s ends no secret", async (_, check, message) => {
    const { exitCode, stderr } = await rotate("--to", "file:secret", "--verify-with", check);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("error: Your check did not accept the new secret.");
    expect(stderr).toContain(message);
    expect(stderr).toContain("Delivered to the file secret.");
    expect(readResumeLine(stderr)).toContain("--verify-with ");
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await presentSecret(server, await directory.read("secret"))).toBe(200);
  });

  it("reports a missing command before the rotation starts", async () => {
    const { exitCode, stderr } = await rotate("--to", "file:secret", "--verify-with", "./no-such-check");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("The command ./no-such-check was not found.");
    expect(await listStates()).toEqual(["current"]);
  });

  it("can be skipped", async () => {
    const { stdout } = await rotate("--to", "file:secret", "--no-verify", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({ verified: null, state: "finished" });
    expect((await listSecrets(admin, key.id))[0]).toMatchObject({ firstUsedOn: null });
  });

  it("accepts a correct secret that only this machine may not use", async () => {
    await admin.run(["keys", "allow-ip", key.id, "203.0.113.0/24", "--yes"]);
    const { exitCode, stderr } = await rotate("--to", "file:secret");
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      "✓ Verified: the server recognizes the new secret, but refuses this machine (IP_NOT_ALLOWED).",
    );
  });
});
