import type { AuditOptions } from "../audit/list-events.ts";
import { auditActions } from "../generated/audit-actions.ts";
import type { CliCommand } from "./command.ts";
import { parseCountOption } from "./parse-options.ts";

/** Registers `briksync audit`. */
export function registerAudit(parent: CliCommand): void {
  parent
    .command("audit")
    .summary("List audit events of your company")
    .description(
      "List the audit events of your company, newest first.\n\n" +
        "Filters can be combined: an event is listed only if it matches all of them.\n\n" +
        "Fields: createdOn, action, keyName, actorEmail, ip, details, keyId, actorId, requestId, id.\n\n" +
        `Actions: ${auditActions.join(", ")}.`,
    )
    .option("--key <key>", "Show events of this key: ID, client ID or name")
    .option(
      "--actor <who>",
      'Show events of this user, trust or token: email address, ID, "me", "operator", "trust" or "token"',
    )
    .option("--repository <name>", "Show events of runs of this repository or project, for example acme/web")
    .option("--run <id>", "Show events of this run of a pipeline")
    .option("--action <action>", "Show events of this action")
    .option(
      "--since <when>",
      "Show events since this time: a duration (7d) or a time (2026-02-01 or 2026-02-01T10:30Z)",
    )
    .listOptions("the action, key, user, IP address or details")
    .option("--limit <count>", "Maximum number of events (default: 50)", parseCountOption(100_000), 50)
    .examples({
      "briksync audit": "List the newest 50 events",
      "briksync audit --key 'CRM Integration' --since 30d": "Show all events of one key in the last 30 days",
      "briksync audit --action session.sign_in_failed --since 24h": "List the failed sign-ins of the last day",
      "briksync audit --repository acme/web --run 4711": "List what one run of a pipeline did",
      "briksync audit --search office --fields createdOn,actorEmail,details": "Search, and show three columns",
      "briksync audit --since 2026-01-01 --limit 10000 -o csv > audit.csv": "Save events as a spreadsheet",
    })
    .runs<[], AuditOptions>(async (context, _args, options) =>
      (await import("../audit/list-events.ts")).listEvents(context, options),
    );
}
