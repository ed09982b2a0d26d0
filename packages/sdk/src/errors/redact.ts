const SHORTEST_SECRET = 6;

/**
 * Makes text of foreign origin fit for an error message: the given secrets (in whatever case, also as JSON or a URL writes them) and
 * anything that looks like a client secret or a token become `[redacted]`, control characters become spaces, and it ends after
 * 1000 characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeForUrl(secret)]) {
      clean = clean.replace(new RegExp(form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi"), "[redacted]");
    }
  }
  clean = clean
    .replace(/\bsec_[0-9a-z]{8,}|\beyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]*)?/gi, "[redacted]")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ");
  return clean.length > 1000 ? `${clean.slice(0, 1000)}…` : clean;
}

/** Half a surrogate pair is what encodeURIComponent throws at; on its way as UTF-8 it has become U+FFFD. */
function encodeForUrl(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd"));
}
