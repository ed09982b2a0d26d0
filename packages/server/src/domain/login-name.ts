/** The form in which e-mails and usernames are compared. */
export function normalizeLogin(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}
