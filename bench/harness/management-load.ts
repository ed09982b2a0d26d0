import { setTimeout } from "node:timers/promises";
import { Agent, request } from "undici";

/** Calls that loops repeat. */
export interface ManagementLoad {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  /** JSON by default. */
  readonly contentType?: string;
  /** Whether each call has another client address, so that the limit of one network does not stop the flood. */
  readonly isFromManyNetworks?: boolean;
  /** Origin of another server that gets the calls. */
  readonly origin?: string;
  /** Pause of each loop after a response. */
  readonly pauseMs?: number;
}

/** Calls that a tenant or an anonymous client can repeat without end. */
export const managementLoads: readonly (ManagementLoad & {
  /** Limit for the p99 of verifications beside the load, as a ratio to the p99 without it. */
  readonly p99AtMost: number;
})[] = [
  { name: "GET /audit?action=nope", method: "GET", path: "/audit?action=nope", p99AtMost: 2 },
  {
    name: "GET /audit with filters that match nothing together",
    method: "GET",
    path: "/audit?keyId=busy&action=key.revoked&since=2020-01-01T00:00:00Z",
    p99AtMost: 2,
  },
  { name: "GET /keys?limit=1000", method: "GET", path: "/keys?limit=1000", p99AtMost: 2 },
  {
    name: "POST /refresh with made-up tokens",
    method: "POST",
    path: "/refresh",
    body: JSON.stringify({ refreshToken: "A".repeat(43) }),
    p99AtMost: 2,
  },
];

const auth = "/external/v1/auth";
/** Number of concurrent loops. Each has its own session. */
const loops = 4;

/** A running load. `stop` returns its counts as text. */
export interface RunningLoad {
  stop(): Promise<string>;
}

/**
 * Starts the loops. Each loop sends the next call after a response. After a 429, it waits as long as Retry-After says.
 */
export async function startManagementLoad(
  origin: string,
  person: { readonly email: string; readonly password: string },
  load: ManagementLoad,
): Promise<RunningLoad> {
  const { method, path, body, contentType = "application/json", isFromManyNetworks = false, pauseMs = 0 } = load;
  const dispatcher = new Agent({ connections: loops });
  const json = { "content-type": "application/json" };
  const signIn = async (): Promise<string> => {
    const response = await request(`${origin}${auth}/signin`, {
      method: "POST",
      headers: json,
      body: JSON.stringify(person),
    });
    const session = (await response.body.json()) as { readonly accessToken?: string };
    if (session.accessToken === undefined) throw new Error(`Sign-in returned ${response.statusCode}`);
    return session.accessToken;
  };
  const counts = new Map<number, number>();
  const end = new AbortController();
  const loop = async (token: string): Promise<void> => {
    while (!end.signal.aborted) {
      const response = await request(`${load.origin ?? origin}${auth}${path}`, {
        dispatcher,
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": contentType }),
          ...(isFromManyNetworks ? { "x-forwarded-for": drawAddress() } : {}),
        },
        ...(body === undefined ? {} : { body }),
      });
      await response.body.dump();
      counts.set(response.statusCode, (counts.get(response.statusCode) ?? 0) + 1);
      const waitMs = pauseMs + Number(response.headers["retry-after"] ?? 0) * 1000;
      await setTimeout(waitMs, undefined, { signal: end.signal }).catch(() => undefined);
    }
  };
  const tokens: string[] = [];
  for (let index = 0; index < loops; index++) tokens.push(await signIn());
  const running = Promise.all(tokens.map(loop));
  return {
    stop: async () => {
      end.abort();
      await running;
      await dispatcher.close();
      return [...counts].map(([status, count]) => `${count} responses with ${status}`).join(", ");
    },
  };
}

/** Returns a random address that the server probably has not seen before (documentation prefix 2001:db8::/32). */
export function drawAddress(): string {
  const draw = (): string => Math.floor(Math.random() * 65_536).toString(16);
  return `2001:db8:${draw()}:${draw()}::1`;
}
