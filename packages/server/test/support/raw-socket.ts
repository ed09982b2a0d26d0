import { connect, type Socket } from "node:net";

/** A connection that sends exactly the given bytes, and keeps everything received. */
export interface RawSocket {
  readonly socket: Socket;
  /** Returns everything received so far. */
  received(): string;
  send(text: string | Buffer): void;
  /** Resolves with everything received after the server has closed the connection. */
  ended(): Promise<string>;
  /** Resolves with everything received as soon as it satisfies the condition. */
  until(condition: (text: string) => boolean): Promise<string>;
  destroy(): void;
}

/** Opens a raw connection. A connection error, such as a reset by the server, counts as its end. */
export async function openRawSocket(
  url: string,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), ...options });
  let text = "";
  let isEnded = false;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    notify();
  });
  socket.on("error", () => undefined);
  for (const event of ["end", "close"]) {
    socket.on(event, () => {
      isEnded = true;
      notify();
    });
  }
  const waitFor = (condition: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (condition()) resolve(text);
        else if (isEnded) reject(new Error(`The connection ended with: ${JSON.stringify(text)}`));
        else return;
        listeners.delete(check);
      };
      listeners.add(check);
      check();
    });
  return {
    socket,
    received: () => text,
    send: (data) => void socket.write(data),
    ended: () => waitFor(() => isEnded),
    until: (condition) => waitFor(() => condition(text)),
    destroy: () => void socket.destroy(),
  };
}

/** A response on a raw connection. */
export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Returns the first response in the text that a raw connection received. */
export function parseRawResponse(text: string): RawResponse {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) throw new Error(`No answer in ${JSON.stringify(text)}`);
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { status: Number(statusLine.split(" ")[1]), headers, body: text.slice(end + 4) };
}

/** Sends the bytes on a new connection, and returns the response. */
export async function sendRaw(url: string, request: string | Buffer): Promise<RawResponse> {
  const raw = await openRawSocket(url);
  try {
    raw.send(request);
    const text = await raw.until((received) => {
      const end = received.indexOf("\r\n\r\n");
      if (end === -1) return false;
      const length = /^content-length: (\d+)\r?$/im.exec(received.slice(0, end))?.[1];
      return received.length >= end + 4 + Number(length ?? 0);
    });
    return parseRawResponse(text);
  } finally {
    raw.destroy();
  }
}
