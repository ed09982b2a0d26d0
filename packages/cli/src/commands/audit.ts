import type { Command } from "commander";
import type { AuditOptions } from "../audit/list-events.ts";
import { auditActions } from "../generated/audit-actions.ts";
import { addExamples } from "./examples.ts";
import { parseCountOption } from "./parse-options.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync audit` */
export function registerAudit(parent: Command, run: RunAction): void {
  const command = parent
    .command("audit")
    .summary("see who did what, and from where")
    .description(
      `List what happened in your company, newest first. Conditions add up. Actions: ${auditActions.join(", ")}.`,
    )
    .option("--key <key>", "about this key: its id, client id, or name")
    .option("--actor <who>", "by this person: an email address, an ID, me, or operator")
    .option("--action <action>", "of this kind")
    .option("--since <when>", "after this: a duration such as 7d, or a time such as 2026-02-01 or 2026-02-01T10:30Z")
    .option("--limit <count>", "at most this many", parseCountOption(100_000), 50)
    .action(
      run<[], AuditOptions>(async (context, _args, options) =>
        (await import("../audit/list-events.ts")).listEvents(context, options),
      ),
    );
  addExamples(command, [
    ["briksync audit", "the newest 50"],
    ["briksync audit --key 'CRM Integration' --since 30d", "the story of one key"],
    ["briksync audit --action session.sign_in_failed --since 24h", "who could not sign in"],
    ["briksync audit --since 2026-01-01 --limit 10000 -o csv > audit.csv", "for a spreadsheet"],
  ]);
}
