import type { ApiKey } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";

/** Throws KEY_REVOKED if the key is revoked. */
export function requireActive({ status, name, clientId }: Pick<ApiKey, "status" | "name" | "clientId">): void {
  if (status !== "revoked") return;
  throw new CliError("KEY_REVOKED", `"${name}" (${clientId}) is revoked and cannot be restored.`, {
    hint: "To create a new key, run: briksync keys create NAME",
  });
}
