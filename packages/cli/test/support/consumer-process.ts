import { connect, type Socket } from "node:net";
import { readHttpFrame } from "./http-frame.ts";
import { readSink, type SinkPlace } from "./read-sink.ts";
import type { ConsumerNews, ConsumerOrder, Consumption, Refusal } from "./sink-consumer.ts";

const pollEveryMs = 10;

/** One keep-alive connection that is opened again when it is gone. */
class VerifyConnection {
  readonly #url: URL;
  #socket: Socket | null = null;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Presents a secret as a bearer. Resolves with null where no answer came. */
  verify(secret: string): Promise<{ status: number; type: string | null } | null> {
    const socket = this.#open();
    return new Promise((resolve) => {
      let received = Buffer.alloc(0);
      const settle = (answer: { status: number; type: string | null } | null): void => {
        socket.off("data", read);
        socket.off("close", fail);
        resolve(answer);
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
    // A server that was killed; "close" follows.
    socket.on("error", () => undefined);
    this.#socket = socket;
    return socket;
  }
}

/** The polls of one sink. */
class Watch {
  readonly #place: SinkPlace;
  readonly #connection: VerifyConnection;
  readonly #onAccepted: () => void;
  readonly #refusals: Refusal[] = [];
  readonly #timer: NodeJS.Timeout;
  #counts = { polls: 0, accepted: 0, unavailable: 0, stale: 0 };
  #poll: Promise<void> | null = null;

  constructor(url: string, place: SinkPlace, onAccepted: () => void) {
    this.#place = place;
    this.#connection = new VerifyConnection(url);
    this.#onAccepted = onAccepted;
    this.#timer = setInterval(() => this.#tick(), pollEveryMs);
  }

  async stop(): Promise<Consumption> {
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
    const secret = readSink(this.#place);
    const answer = secret === null ? null : await this.#connection.verify(secret);
    if (secret !== null && (answer === null || answer.status >= 500)) this.#counts.unavailable += 1;
    else if (answer?.status === 200) {
      this.#counts.accepted += 1;
      if (this.#counts.accepted === 1) this.#onAccepted();
    } else if (secret !== null && readSink(this.#place) !== secret) {
      // Read before it was replaced, presented after: what the sink holds now has to work.
      this.#counts.stale += 1;
      await this.#present();
    } else {
      const { status = null, type = null } = answer ?? {};
      this.#refusals.push({ atMs: Date.now(), status, type, secretEnd: secret?.slice(-8) ?? null });
    }
  }
}

const watches = new Map<number, Watch>();
const tell = (news: ConsumerNews): void => void process.send?.(news);

process.on("message", (message: ConsumerOrder) => {
  const { id } = message;
  if (message.order === "watch") {
    watches.set(id, new Watch(message.url, message.place, () => tell({ news: "accepted", id })));
    return;
  }
  const watch = watches.get(id);
  watches.delete(id);
  void watch?.stop().then((consumption) => tell({ news: "stopped", id, consumption }));
});
process.on("disconnect", () => process.exit());
