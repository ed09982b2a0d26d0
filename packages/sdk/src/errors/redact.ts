const shortestSecret = 6;

/**
 * Returns text from other sources in a form that is safe for an error message:
 * - The given secrets become `[redacted]`, in any case and also in JSON or URL encoding.
 * - Text that looks like a client secret or a token becomes `[redacted]`.
 * - Control characters become spaces.
 * - Text after 1000 characters is cut off.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeForUrl(secret)]) {
      clean = clean.replace(new RegExp(form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi"), "[redacted]");
    }
  }
  clean = clean
    .replace(/\bsec_[0-9a-z]{8,}|\b(?:run|aut)_[0-9a-f]{16,}|\beyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]*)?/gi, "[redacted]")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ");
  return clean.length > 1000 ? `${clean.slice(0, 1000)}…` : clean;
}

/** Encodes text for a URL. Replaces unpaired surrogates, because `encodeURIComponent` throws and UTF-8 sends U+FFFD. */
function encodeForUrl(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd"));
}
