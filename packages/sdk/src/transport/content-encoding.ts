type Decode = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

/**
 * Decodes the codings of a `Content-Encoding` header, the last one first. Returns a body with an unknown coding
 * unchanged. Throws the error of zlib if the body is damaged, truncated or larger than `maxBytes`
 * (`ERR_BUFFER_TOO_LARGE`).
 */
export async function decodeContent(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  // Loaded on demand, because compressed responses are rare.
  const { brotliDecompress, gunzip, inflate, inflateRaw } = await import("node:zlib");
  const { promisify } = await import("node:util");
  const decoders: Readonly<Record<string, Decode>> = {
    gzip: promisify(gunzip),
    "x-gzip": promisify(gunzip),
    br: promisify(brotliDecompress),
    // RFC 9110 requires a zlib header. Some servers omit it.
    deflate: (data, options) => promisify((data[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(data, options),
    identity: async (data) => data,
  };
  const names = encoding
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== "");
  let decoded = bytes;
  for (const name of names.reverse()) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decode === undefined) return decoded;
    decoded = await decode(decoded, { maxOutputLength: maxBytes });
  }
  return decoded;
}
