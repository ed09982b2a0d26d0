/** Where an HTTP/1.1 message ends, once its head is there. */
export interface HttpFrame {
  readonly startLine: string;
  /** Length in bytes of head and body together. */
  readonly length: number;
}

/**
 * Reads the frame of the message that a buffer begins with, or null as long as its head is not complete. Throws for a body of
 * unknown length, which neither our clients nor our server send.
 */
export function readHttpFrame(bytes: Buffer): HttpFrame | null {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const [startLine = "", ...fields] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const find = (name: string): string | undefined =>
    fields.find((field) => field.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1);
  if (find("transfer-encoding") !== undefined) throw new Error(`The length of "${startLine}" is not told`);
  return { startLine, length: headEnd + 4 + Number(find("content-length") ?? 0) };
}
