/** The ways a secret could be written down: as it is, in hex, in base64 at any alignment, in a URL, in JSON. */
function spell(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    // The first and last characters depend on what stands around.
    return [shifted.toString("base64"), shifted.toString("base64url")].map((text) =>
      text.slice(offset === 0 ? 0 : 4).replace(/.{0,3}=*$/, ""),
    );
  });
  const hex = bytes.toString("hex");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase(), ...base64];
}

/** Names of the secrets that the content holds in any of those ways. */
export function findSecrets(content: Buffer | string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => spell(secret).some((spelling) => content.includes(spelling)))
    .map(([name]) => name);
}
