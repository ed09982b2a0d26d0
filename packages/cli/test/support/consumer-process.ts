import { connect, type Socket } from "node:net";
import { readHttpFrame } from "./http-frame.ts";
import { readSink, type SinkLocation } from "./read-sink.ts";
import type { ConsumerCommand, ConsumerEvent, PollReport, Refusal } from "./sink-consumer.ts";

const pollEveryMs = 10;

/** A keep-alive connection. It is reopened after it was closed. */
class VerifyConnection {
  readonly #url: URL;
  #socket: Socket | null = null;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Presents a secret as a bearer token. Resolves with null if no response arrives. */
  verify(secret: string): Promise<{ status: number; type: string | null } | null> {
    const socket = this.#open();
    return new Promise((resolve) => {
      let received = Buffer.alloc(0);
      const settle = (response: { status: number; type: string | null } | null): void => {
        socket.off("data", read);
        socket.off("close", fail);
        resolve(response);
      };
      const fail = (): void => settle(null);
      const read = (chunk: Buffer): void => {
        received = Buffer.concat([received, chunk]);
        const frame = readHttpFrame(received);
        if (frame === null || received.length < frame.length) return;
        const type = /"type":"([A-Z_]+)"/.exec(received.toString("utf8", 0, frame.length))?.[1] ?? null;
        settle({ status: Number(frame.startLine.split(" ")[1]), type });
      };
      socket.on("data", read).on("close", fail);
      socket.write(
        `GET /external/v1/auth/verify HTTP/1.1\r\nHost: ${this.#url.host}\r\nAuthorization: Bearer ${secret}\r\n\r\n`,
      );
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    if (this.#socket !== null && !this.#socket.destroyed) return this.#socket;
    const socket = connect(Number(this.#url.port), this.#url.hostname);
    socket.setNoDelay(true);
    // The server was killed. The "close" event follows.
    socket.on("error", () => undefined);
    this.#socket = socket;
    return socket;
  }
}

/** The polls of one sink. */
class Watch {
  readonly #location: SinkLocation;
  readonly #connection: VerifyConnection;
  readonly #onAccepted: () => void;
  readonly #refusals: Refusal[] = [];
  readonly #timer: NodeJS.Timeout;
  #counts = { polls: 0, accepted: 0, unavailable: 0, stale: 0 };
  #poll: Promise<void> | null = null;

  constructor(url: string, location: SinkLocation, onAccepted: () => void) {
    this.#location = location;
    this.#connection = new VerifyConnection(url);
    this.#onAccepted = onAccepted;
    this.#timer = setInterval(() => this.#tick(), pollEveryMs);
  }

  async stop(): Promise<PollReport> {
    clearInterval(this.#timer);
    await this.#poll;
    this.#connection.close();
    return { ...this.#counts, refusals: this.#refusals };
  }

  #tick(): void {
    this.#poll ??= this.#present().finally(() => {
      this.#poll = null;
    });
  }

  async #present(): Promise<void> {
    this.#counts.polls += 1;
    const secret = readSink(this.#location);
    const response = secret === null ? null : await this.#connection.verify(secret);
    if (secret !== null && (response === null || response.status >= 500)) this.#counts.unavailable += 1;
    else if (response?.status === 200) {
      this.#counts.accepted += 1;
      if (this.#counts.accepted === 1) this.#onAccepted();
    } else if (secret !== null && readSink(this.#location) !== secret) {
      // The secret was replaced between the read and the call, so the server must accept the new one.
      this.#counts.stale += 1;
      await this.#present();
    } else {
      const { status = null, type = null } = response ?? {};
      this.#refusals.push({ atMs: Date.now(), status, type, secretEnd: secret?.slice(-8) ?? null });
    }
  }
}

const watches = new Map<number, Watch>();
const send = (event: ConsumerEvent): void => void process.send?.(event);

process.on("message", (message: ConsumerCommand) => {
  const { id } = message;
  if (message.command === "watch") {
    watches.set(id, new Watch(message.url, message.location, () => send({ event: "accepted", id })));
    return;
  }
  const watch = watches.get(id);
  watches.delete(id);
  void watch?.stop().then((pollReport) => send({ event: "stopped", id, pollReport }));
});
process.on("disconnect", () => process.exit());
