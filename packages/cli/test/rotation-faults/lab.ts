import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RestartableServer, startRestartableServer } from "../support/restartable-server.ts";
import { type SinkConsumer, startSinkConsumer } from "../support/sink-consumer.ts";

/** A key as the server answers it. */
export interface LabKey {
  readonly id: string;
  readonly clientSecret: string;
}

/** A live secret as listRotations answers it. */
export interface LabSecret {
  readonly id: string;
  readonly state: string;
  readonly expiresOn: string | null;
}

/** What trials share: a server that may be killed, a consumer of their sinks, and a directory. */
export interface Lab {
  readonly server: RestartableServer;
  readonly consumer: SinkConsumer;
  readonly directory: string;
  /** Calls the management plane as the admin, again as long as the server is not there. Throws for a refusal. */
  call<Body>(method: string, path: string, json?: object): Promise<Body>;
  /** What verify says to a secret: 200 and which one it is, or the refusal's status. */
  verify(secret: string): Promise<string>;
  stop(): Promise<void>;
}

/** Seconds that a lease runs in a lab: enough for a busy machine to deliver in its first half, little to wait for. */
const leaseSeconds = 4;

/** Starts a lab. Stop it in any case. */
export async function startLab(): Promise<Lab> {
  const server = await startRestartableServer({ ROTATION_LEASE_SECONDS: String(leaseSeconds) });
  const directory = await mkdtemp(join(tmpdir(), "briksync-lab-"));
  const consumer = startSinkConsumer();
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await fetch(`${server.url}/external/v1/auth${path}`, init);
        if (response.status < 500 || attempt === 100) return response;
      } catch (error) {
        if (attempt === 100) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return {
    server,
    consumer,
    directory,
    async call<Body>(method: string, path: string, json?: object) {
      const response = await send(path, {
        method,
        headers: { authorization: `Bearer ${server.token}`, ...(json && { "content-type": "application/json" }) },
        ...(json && { body: JSON.stringify(json) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return (text === "" ? null : JSON.parse(text)) as Body;
    },
    async verify(secret) {
      const response = await send("/verify", { headers: { authorization: `Bearer ${secret}` } });
      const body = (await response.json()) as { secret?: string };
      return response.ok ? `200 ${body.secret}` : String(response.status);
    },
    async stop() {
      await consumer.end();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
