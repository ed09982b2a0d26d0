type Decode = (
  bytes: Buffer,
  options: { readonly maxOutputLength: number },
  callback: (error: Error | null, decoded: Buffer) => void,
) => void;

/**
 * Decodes the codings of a `Content-Encoding` header, the last one first. Returns a body with an unknown coding
 * unchanged. Throws the error of zlib if the body is damaged, truncated or larger than `maxBytes`
 * (`ERR_BUFFER_TOO_LARGE`).
 */
export async function decodeContent(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  // Loaded on demand, because compressed responses are rare.
  const { brotliDecompress, gunzip, inflate, inflateRaw } = await import("node:zlib");
  const decoders: Readonly<Record<string, Decode>> = {
    gzip: gunzip,
    "x-gzip": gunzip,
    br: brotliDecompress,
    // RFC 9110 requires a zlib header. Some servers omit it.
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
