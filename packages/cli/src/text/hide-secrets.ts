/**
 * Replaces everything that looks like a client secret or a token of the server. Users sometimes type secrets in the wrong place, and messages
 * repeat what was typed.
 */
export function hideSecrets(text: string): string {
  return text.replace(/sec_[0-9a-z]{8,}/gi, "sec_…").replace(/(run|aut)_[0-9a-f]{16,}/gi, "$1_…");
}
