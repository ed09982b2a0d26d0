import type { Host } from "../host.ts";

/** Returns the environment for other programs, which must not see the credentials of the CLI. */
export function withoutCredentials(env: Host["env"]): Record<string, string | undefined> {
  const { BRIKSYNC_ID_TOKEN, BRIKSYNC_TOKEN, BRIKSYNC_PASSWORD, BRIKSYNC_CLIENT_SECRET, ...rest } = env;
  return rest;
}
