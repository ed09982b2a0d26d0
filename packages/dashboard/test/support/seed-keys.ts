import { BrikSync } from "@briksync/sdk";
import type { Dashboard } from "./open-dashboard.ts";

/** A key of the server with its secret. */
export interface SeededKey {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Creates a key through the SDK. */
export async function seedKey(
  { server }: Dashboard,
  accessToken: string,
  name: string,
  ipAllowlist: readonly string[] = [],
): Promise<SeededKey> {
  const key = await new BrikSync({ baseUrl: server.url, accessToken }).keys.create({ name, ipAllowlist });
  return { id: key.id, name, clientId: key.clientId, clientSecret: key.clientSecret.reveal() };
}

/** Uses a key once, so that it has a last-used time. */
export async function useKey({ server }: Dashboard, { clientSecret }: SeededKey): Promise<void> {
  const response = await fetch(`${server.url}/external/v1/auth/verify`, {
    headers: { authorization: `Bearer ${clientSecret}` },
  });
  if (!response.ok) throw new Error(`verify answered ${response.status}`);
}
