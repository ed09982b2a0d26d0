/** What this version knows to happen. A newer server may record more, so an unknown action is asked for all the same. */
export const auditActions = [
  "key.created",
  "key.renamed",
  "key.rotated",
  "key.revoked",
  "key.ip_allowed",
  "key.ip_disallowed",
  "session.signed_in",
  "session.sign_in_failed",
  "session.signed_out",
  "session.revoked",
  "session.company_switched",
  "password.changed",
  "user.created",
  "company.created",
  "membership.added",
] as const;
