import { formatCount } from "./format.ts";

/** Texts of the audit trail. */
export const auditMessages = {
  intro: "Who did what in your company, from where and when. The newest events come first.",
  table: "Audit events",
  key: "Key",
  allKeys: "All keys",
  revoked: (name: string): string => `${name} (revoked)`,
  action: "Action",
  allActions: "All actions",
  columns: { what: "What", key: "Key", who: "Who", from: "From where", when: "When" },
  operator: "Operator",
  server: "Server",
  empty: "No events yet.",
  noMatch: "No event matches.",
  shown: (count: number, hasMore: boolean): string =>
    hasMore ? `The newest ${formatCount(count, "event", "events")}` : formatCount(count, "event", "events"),
  download: "Download CSV",
  reading: (count: number): string => `Reading events: ${formatCount(count, "event", "events")} so far.`,
  saved: (count: number): string => `The file contains ${formatCount(count, "event", "events")}.`,
  savedPart: (count: number): string =>
    `The file contains only the newest ${formatCount(count, "event", "events")}. For all of them, run: briksync audit --output csv`,
} as const;

/** Names of the actions in the audit trail, in groups. */
export const auditActions = {
  Keys: {
    "key.created": "Key generated",
    "key.renamed": "Key renamed",
    "key.rotated": "Key rotated",
    "key.rotation_started": "Rotation started",
    "key.rotation_renewed": "Rotation continued",
    "key.rotation_finished": "Rotation finished",
    "key.rotation_aborted": "Rotation aborted",
    "key.secret_first_used": "New secret used for the first time",
    "key.secret_expired": "Secret expired",
    "key.revoked": "Key revoked",
    "key.ip_allowed": "IP address allowed",
    "key.ip_disallowed": "IP address removed",
    "key.limit_set": "Rate limit changed",
  },
  Sessions: {
    "session.signed_in": "Signed in",
    "session.sign_in_failed": "Sign-in failed",
    "session.signed_out": "Signed out",
    "session.refreshed": "Session refreshed",
    "session.revoked": "Session ended for security",
    "session.company_switched": "Switched to this company",
    "password.changed": "Password changed",
    "password.change_failed": "Password change failed",
  },
  Users: {
    "user.created": "User created",
    "user.identity_linked": "Sign-in provider linked",
    "user.identity_unlinked": "Sign-in provider unlinked",
    "user.identity_address_changed": "Email address changed at the provider",
    "user.password_reset": "Password reset",
    "user.sessions_ended": "Signed out everywhere",
    "user.disabled": "User disabled",
    "user.enabled": "User enabled",
    "membership.added": "Member added",
    "membership.role_changed": "Role changed",
    "membership.removed": "Member removed",
  },
  Company: {
    "company.created": "Company created",
    "company.renamed": "Company renamed",
    "company.plan_set": "Plan set by an operator",
    "company.plan_cleared": "Plan of an operator removed",
    "company.plan_changed": "Plan changed by billing",
    "company.customer_linked": "Billing customer linked",
  },
} as const;
