type Decode = (
  bytes: Buffer,
  options: { readonly maxOutputLength: number },
  callback: (error: Error | null, decoded: Buffer) => void,
) => void;

/**
 * Undoes the codings of a `Content-Encoding` header, the last one first. A body with a coding that is not known is returned as
 * it is. Rejects with zlib's error for a body that is damaged, cut off or larger than `maxBytes` (`ERR_BUFFER_TOO_LARGE`).
 */
export async function decodeContent(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  // Loaded only here, because hardly any answer is compressed.
  const { brotliDecompress, gunzip, inflate, inflateRaw } = await import("node:zlib");
  const decoders: Readonly<Record<string, Decode>> = {
    gzip: gunzip,
    "x-gzip": gunzip,
    br: brotliDecompress,
    // RFC 9110 asks for a header of zlib around it. Some servers leave the header out.
    deflate: (data, options, callback) => ((data[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(data, options, callback),
    identity: (data, _, callback) => callback(null, data),
  };
  const names = encoding
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== "");
  let decoded = bytes;
  for (const name of names.reverse()) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decode === undefined) return decoded;
    decoded = await run(decode, decoded, maxBytes);
  }
  return decoded;
}

function run(decode: Decode, bytes: Buffer, maxOutputLength: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    decode(bytes, { maxOutputLength }, (error, decoded) => (error === null ? resolve(decoded) : reject(error)));
  });
}
