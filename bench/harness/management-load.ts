import { setTimeout } from "node:timers/promises";
import { Agent, request } from "undici";

/** Calls that loops make again and again. */
export interface ManagementLoad {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  /** JSON by default. */
  readonly contentType?: string;
  /** Whether each call names another client address, so that the limit of one network does not end the flood. */
  readonly isFromManyNetworks?: boolean;
  /** Origin of another server that is called instead. */
  readonly origin?: string;
  /** Pause of each loop after an answer. */
  readonly pauseMs?: number;
}

/** What a tenant, or anybody, can do to the server all the time. */
export const managementLoads: readonly (ManagementLoad & {
  /** The most that the 99th percentile of verifications may grow, as a ratio. */
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
/** Loops that run at once, each with a session of its own. */
const loops = 4;

/** Counts of a load that ran, in words. */
export interface RunningLoad {
  stop(): Promise<string>;
}

/** Starts the loops. Each calls again as soon as it has an answer; one that is refused by the limit waits as it is told. */
export async function startManagementLoad(
  origin: string,
  person: { readonly email: string; readonly password: string },
  load: ManagementLoad,
): Promise<RunningLoad> {
  const { method, path, body, contentType = "application/json", isFromManyNetworks = false, pauseMs = 0 } = load;
  const dispatcher = new Agent({ connections: loops });
  const json = { "content-type": "application/json" };
  const signIn = async (): Promise<string> => {
    const answer = await request(`${origin}${auth}/signin`, {
      method: "POST",
      headers: json,
      body: JSON.stringify(person),
    });
    const session = (await answer.body.json()) as { readonly accessToken?: string };
    if (session.accessToken === undefined) throw new Error(`Sign-in answered ${answer.statusCode}`);
    return session.accessToken;
  };
  const counts = new Map<number, number>();
  const end = new AbortController();
  const loop = async (token: string): Promise<void> => {
    while (!end.signal.aborted) {
      const answer = await request(`${load.origin ?? origin}${auth}${path}`, {
        dispatcher,
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": contentType }),
          ...(isFromManyNetworks ? { "x-forwarded-for": drawAddress() } : {}),
        },
        ...(body === undefined ? {} : { body }),
      });
      await answer.body.dump();
      counts.set(answer.statusCode, (counts.get(answer.statusCode) ?? 0) + 1);
      const waitMs = pauseMs + Number(answer.headers["retry-after"] ?? 0) * 1000;
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
      return [...counts].map(([status, count]) => `${count} answers with ${status}`).join(", ");
    },
  };
}

/** An address that the server has hardly seen before (documentation prefix 2001:db8::/32). */
export function drawAddress(): string {
  const draw = (): string => Math.floor(Math.random() * 65_536).toString(16);
  return `2001:db8:${draw()}:${draw()}::1`;
}
