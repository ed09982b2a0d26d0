/** The start line and the length of an HTTP/1.1 message. */
export interface HttpFrame {
  readonly startLine: string;
  /** Length of head and body in bytes. */
  readonly length: number;
}

/**
 * Returns the frame of the message at the start of a buffer, or null if its head is incomplete. Throws if the length of
 * the body is unknown. The clients and the server always send a length.
 */
export function readHttpFrame(bytes: Buffer): HttpFrame | null {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const [startLine = "", ...fields] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const find = (name: string): string | undefined =>
    fields.find((field) => field.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1);
  if (find("transfer-encoding") !== undefined) throw new Error(`The length of "${startLine}" is unknown`);
  return { startLine, length: headEnd + 4 + Number(find("content-length") ?? 0) };
}
