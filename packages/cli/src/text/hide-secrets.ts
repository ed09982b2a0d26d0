/** Replaces whatever looks like a client secret in a text. People put one where it does not belong, and messages repeat what was typed. */
export function hideSecrets(text: string): string {
  return text.replace(/sec_[0-9a-z]{8,}/gi, "sec_…");
}
