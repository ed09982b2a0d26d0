const SHORTEST_SECRET = 6;

/**
 * Makes text of foreign origin fit for an error message: the given secrets and anything that looks like a
 * client secret or a token become `[redacted]`, control characters become spaces, and it ends after 1000 characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET) clean = clean.replaceAll(secret, "[redacted]");
  }
  clean = clean
    .replace(/\bsec_[0-9A-Za-z]{8,}|\beyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]*)?/g, "[redacted]")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ");
  return clean.length > 1000 ? `${clean.slice(0, 1000)}…` : clean;
}
