/** Returns the usual encodings of a secret: plain, hexadecimal, Base64 at any alignment, in a URL, and in JSON. */
function listEncodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    // The first and last characters depend on the neighboring bytes.
    return [shifted.toString("base64"), shifted.toString("base64url")].map((text) =>
      text.slice(offset === 0 ? 0 : 4).replace(/.{0,3}=*$/, ""),
    );
  });
  const hex = bytes.toString("hex");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase(), ...base64];
}

/** Returns the names of the secrets that the content contains in any of these encodings. */
export function findSecrets(content: Buffer | string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => listEncodings(secret).some((spelling) => content.includes(spelling)))
    .map(([name]) => name);
}
