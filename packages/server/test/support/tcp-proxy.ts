import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A network connection between two programs that can fail in every way a network does. */
export interface TcpProxy {
  readonly port: number;
  /** Stops passing data in both directions, without closing connections. */
  silence(): void;
  /** Drops the silent connections, passes new ones, and cancels `cutAt`. */
  restore(): void;
  /** Closes every connection, and refuses new ones until `restore`. */
  sever(): void;
  /**
   * Watches the data of clients for the text. Then cuts the connection before the text passes, or after it and before
   * the response. With `sever`, refuses new connections afterwards. Resolves after the cut.
   */
  cutAt(text: string, when: "before" | "after", sever?: boolean): Promise<void>;
  /** Sends new connections to another port of this machine, as after a DNS change. */
  redirectTo(port: number): void;
  close(): Promise<void>;
}

/** Starts a proxy to a port of this machine. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let port = targetPort;
  let mode: "pass" | "silent" | "severed" = "pass";
  let cut: { readonly text: string; readonly when: "before" | "after"; done(): void } | null = null;
  const dropAll = (): void => {
    for (const pair of [...pairs]) drop(pair);
  };
  const drop = (pair: readonly [Socket, Socket]): void => {
    for (const socket of pair) socket.destroy();
    pairs.delete(pair);
  };
  const server = createServer((client) => {
    if (mode === "severed") {
      client.destroy();
      return;
    }
    const target = connect(port, "127.0.0.1");
    const pair = [client, target] as const;
    pairs.add(pair);
    let isSilent = mode === "silent";
    client.on("data", (chunk) => {
      if (mode === "silent" || isSilent) {
        isSilent = true;
        return;
      }
      if (cut !== null && chunk.includes(cut.text)) {
        const { when, done } = cut;
        cut = null;
        isSilent = true;
        const end = (): void => {
          done();
          drop(pair);
        };
        if (when === "before") end();
        // The response of the target is lost with the connection.
        else target.write(chunk, () => setTimeout(end, 100));
        return;
      }
      target.write(chunk);
    });
    target.on("data", (chunk) => {
      if (mode !== "silent" && !isSilent) client.write(chunk);
    });
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        pairs.delete(pair);
        if (mode !== "silent") other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sever = (): void => {
    mode = "severed";
    dropAll();
  };
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      mode = "silent";
    },
    restore: () => {
      if (mode === "silent") dropAll();
      mode = "pass";
      cut = null;
    },
    sever,
    cutAt: (text, when, isSevering = false) =>
      new Promise((resolve) => {
        const done = (): void => {
          if (isSevering) sever();
          resolve();
        };
        cut = { text, when, done };
      }),
    redirectTo: (nextPort) => {
      port = nextPort;
    },
    close: async () => {
      dropAll();
      server.close();
      await once(server, "close");
    },
  };
}
