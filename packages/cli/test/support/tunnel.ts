import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** An HTTP proxy that records the requested tunnels. */
export interface Tunnel {
  readonly port: number;
  readonly asked: { readonly target: string; readonly authorization: string | undefined }[];
  stop(): void;
}

/** Starts a proxy that connects every tunnel to one port of this machine. Without a port, it refuses all tunnels. */
export async function startTunnel(targetPort: number | null): Promise<Tunnel> {
  const asked: Tunnel["asked"] = [];
  const proxy = createServer((_request, response) => response.writeHead(400).end());
  proxy.on("connect", (request, socket, head) => {
    asked.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    socket.on("error", () => {});
    if (targetPort === null) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const upstream = connect(targetPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    asked,
    stop() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
