import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RestartableServer, startRestartableServer } from "../support/restartable-server.ts";
import { type SinkConsumer, startSinkConsumer } from "../support/sink-consumer.ts";

/** A key as the server returns it. */
export interface LabKey {
  readonly id: string;
  readonly clientSecret: string;
}

/** A working secret as listRotations returns it. */
export interface LabSecret {
  readonly id: string;
  readonly state: string;
  readonly expiresOn: string | null;
}

/** The shared resources of trials: a server that can be killed, a consumer of the sinks, and a directory. */
export interface Lab {
  readonly server: RestartableServer;
  readonly consumer: SinkConsumer;
  readonly directory: string;
  /** Calls the management API as the admin. Retries while the server is unavailable. Throws if the server refuses. */
  call<Body>(method: string, path: string, json?: object): Promise<Body>;
  /** Verifies a secret. Returns 200 and the state of the secret, or the status of the refusal. */
  verify(secret: string): Promise<string>;
  stop(): Promise<void>;
}

/** Duration of a lease: long enough for a busy machine to deliver in its first half, and short enough to wait for. */
const leaseSeconds = 4;

/** Starts a lab. The caller must stop it. */
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
